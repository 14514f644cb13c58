package org.anira.backend.floor;

import org.anira.api.tensor.DType;

/** A native tensor with its handle. */
public final class EagerTensor extends HeldTensor {

    private final EagerSession session;
    private final boolean shared;
    private long handle;

    /** The elements of a BOOL tensor, cached when first read. */
    private boolean[] truths;

    /**
     * Makes one that no region owns.
     *
     * @param sizes of its axes; not to be changed afterwards
     * @param shared whether its memory is not its own but that of a parameter, which an update
     *     changes, or of a table of the session
     */
    public EagerTensor(
            EagerSession session, DType type, long[] sizes, long handle, boolean shared) {
        super(session, type, sizes);
        this.session = session;
        this.shared = shared;
        this.handle = handle;
    }

    /** Returns the native tensor's handle, to the session's thread and until it is freed. */
    public long handle() {
        requireAlive();
        return handle;
    }

    /** Returns whether its memory is that of a parameter or of a table of the session. */
    public boolean isShared() {
        return shared;
    }

    /** Replaces the native tensor by another of the same shape, and deletes the former one. */
    public void replace(long other) {
        session.delete(handle);
        handle = other;
    }

    /** Returns the elements of a BOOL tensor, not to be changed. They are read back once. */
    boolean[] truths() {
        requireAlive();
        if (truths == null) {
            truths = session.booleans(this);
        }
        return truths;
    }

    @Override
    protected void release() {
        session.delete(handle);
    }
}
