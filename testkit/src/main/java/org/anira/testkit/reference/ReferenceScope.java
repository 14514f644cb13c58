package org.anira.testkit.reference;

import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Tensor;

import java.util.HashSet;
import java.util.Set;

/** The tensors of one scope. */
final class ReferenceScope implements Scope {

    private final ReferenceSession session;
    private final Set<ReferenceTensor> tensors = new HashSet<>();
    private boolean closed;

    ReferenceScope(ReferenceSession session) {
        this.session = session;
    }

    void add(ReferenceTensor tensor) {
        tensors.add(tensor);
    }

    @Override
    public void free(Tensor tensor) {
        ReferenceTensor own = session.own(tensor);
        if (!tensors.remove(own)) {
            throw new IllegalStateException("%s is not a tensor of this scope".formatted(own));
        }
        own.free();
    }

    int size() {
        return tensors.size();
    }

    @Override
    public Tensor keep(Tensor tensor) {
        ReferenceTensor kept = session.own(tensor);
        kept.array();
        ReferenceScope around = session.around(this);
        if (!tensors.remove(kept)) {
            throw new IllegalStateException("%s is not a tensor of this scope".formatted(kept));
        }
        around.add(kept);
        return kept;
    }

    /**
     * Moves a tensor of this scope to the scope around it, or stands in for one of another scope
     * there.
     */
    ReferenceTensor release(Tensor tensor) {
        ReferenceTensor released = session.own(tensor);
        ReferenceScope around = session.around(this);
        if (!tensors.remove(released)) {
            released = new ReferenceTensor(session, released.type(), released.array());
        }
        around.add(released);
        return released;
    }

    @Override
    public void close() {
        if (!closed) {
            session.check();
            session.leave(this);
            end();
        }
    }

    /** Frees what is left. */
    void end() {
        closed = true;
        tensors.forEach(ReferenceTensor::free);
        tensors.clear();
    }
}
