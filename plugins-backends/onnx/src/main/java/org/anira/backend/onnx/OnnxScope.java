package org.anira.backend.onnx;

import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Tensor;

/** A scope: the region of a session in which tensors are made until it closes. */
final class OnnxScope implements Scope {

    private final OnnxSession session;
    private final Region region;
    private boolean closed;

    OnnxScope(OnnxSession session) {
        this.session = session;
        this.region = session.enter();
    }

    @Override
    public Tensor keep(Tensor tensor) {
        session.requireUsable();
        HeldTensor t = session.own(tensor);
        t.value();
        if (t.region == region) {
            region.around().adopt(t);
        }
        return t;
    }

    @Override
    public void free(Tensor tensor) {
        session.requireUsable();
        HeldTensor t = session.own(tensor);
        if (t.region == region && t.isAlive()) {
            t.free();
        }
    }

    @Override
    public void close() {
        if (closed || session.isClosed()) {
            return;
        }
        session.requireUsable();
        if (session.innermost != region) {
            throw OnnxSession.misuse(
                    "a scope was closed while one inside it is open. Close them in reverse order.");
        }
        closed = true;
        session.leave(region);
        region.free();
    }
}
