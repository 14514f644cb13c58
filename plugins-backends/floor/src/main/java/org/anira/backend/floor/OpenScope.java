package org.anira.backend.floor;

import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Tensor;

/** A scope: the region of a session in which tensors are made until it closes. */
final class OpenScope implements Scope {

    private final OwningSession session;
    private final Region around;
    private final Region region;
    private boolean closed;

    OpenScope(OwningSession session) {
        this.session = session;
        around = session.innermost();
        region = session.enter();
    }

    @Override
    public Tensor keep(Tensor tensor) {
        HeldTensor held = own(tensor);
        held.requireAlive();
        if (region.owns(held)) {
            around.adopt(held);
        }
        return held;
    }

    @Override
    public void free(Tensor tensor) {
        HeldTensor held = own(tensor);
        if (region.owns(held)) {
            held.free();
        }
    }

    private HeldTensor own(Tensor tensor) {
        session.requireUsable();
        return session.own(tensor);
    }

    @Override
    public void close() {
        if (closed || session.isClosed()) {
            return;
        }
        session.requireUsable();
        if (session.innermost() != region) {
            throw session.refusals()
                    .misuse(
                            "a scope was closed while one inside it is open. Close them in reverse"
                                    + " order.");
        }
        closed = true;
        session.leave(region);
        region.free();
    }
}
