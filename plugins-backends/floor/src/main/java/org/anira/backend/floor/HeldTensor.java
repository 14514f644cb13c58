package org.anira.backend.floor;

import org.anira.api.tensor.DType;

/** A tensor of a session, with memory that a {@link Region} frees. */
public abstract class HeldTensor extends ShapedTensor {

    private final OwningSession session;
    private boolean freed;

    /** The region that frees it; null for tensors of the session itself, such as parameters. */
    Region region;

    /** Makes one. @param sizes of its axes; not to be changed afterwards */
    protected HeldTensor(OwningSession session, DType type, long... sizes) {
        super(type, sizes);
        this.session = session;
    }

    @Override
    protected final Interpreter interpreter() {
        return session;
    }

    /** Throws BKD-004 if it has been freed, or the calling thread is not the session's. */
    public final void requireAlive() {
        session.requireThread();
        if (freed) {
            throw session.refusals()
                    .misuse(
                            "a tensor was used after its scope had closed. Keep it with"
                                    + " Scope.keep.");
        }
    }

    /** Returns whether it is a tensor of this session. */
    final boolean belongsTo(OwningSession other) {
        return session == other;
    }

    /** Returns whether it has been freed. */
    final boolean isFreed() {
        return freed;
    }

    /** Frees its memory; called once. */
    protected abstract void release();

    /** Frees it; twice does nothing. */
    final void free() {
        if (!freed) {
            freed = true;
            release();
            if (region != null) {
                session.live--;
            }
        }
    }

    /** Returns type and shape, such as {@code FLOAT32 [2, 3]}. */
    @Override
    public String toString() {
        return super.toString() + (freed ? " (freed)" : "");
    }
}
