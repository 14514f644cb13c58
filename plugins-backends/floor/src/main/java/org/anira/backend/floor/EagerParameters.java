package org.anira.backend.floor;

import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;

import java.lang.foreign.MemorySegment;
import java.util.EnumSet;

/**
 * The parameters of an eager session. A value is an autograd leaf in which the library accumulates
 * the gradient; there is no gradient until a program is differentiated.
 */
public abstract class EagerParameters extends Parameters<EagerParameters.Entry> {

    private final EagerSession session;

    /** Makes an empty one. */
    protected EagerParameters(EagerSession session) {
        super(session.refusals(), EnumSet.allOf(Slot.class));
        this.session = session;
    }

    /**
     * A parameter and its tensors.
     *
     * @param value the value, whose gradient the library keeps
     * @param first the handle of the first moment
     * @param second the handle of the second moment
     */
    public record Entry(Parameter parameter, EagerTensor value, long first, long second)
            implements Parameters.Entry {}

    /** Makes a native tensor an autograd leaf. */
    protected abstract void collect(long leaf);

    /** Copies the gradient, and returns whether there is one. */
    protected abstract boolean readGradient(Entry entry, MemorySegment into);

    /** Sets the gradient, in place of any former one. @param gradient stays the caller's */
    protected abstract void replaceGradient(Entry entry, long gradient);

    /**
     * Updates every parameter and clears the gradients, as {@link
     * org.anira.api.tensor.Session#update} says.
     *
     * @return the gradients' norm, a new native float32 scalar
     */
    protected abstract long update(AdamW rule, long step);

    /** Sets the gradients to zero. */
    protected abstract void clearGradients();

    @Override
    protected final Entry make(Parameter parameter, MemorySegment values) {
        long[] shape = Shapes.array(parameter.shape());
        long value = session.copied(DType.FLOAT32, values, shape);
        collect(value);
        return new Entry(
                parameter,
                new EagerTensor(session, DType.FLOAT32, shape, value, true),
                session.zeros(DType.FLOAT32, shape),
                session.zeros(DType.FLOAT32, shape));
    }

    @Override
    protected final void read(Entry entry, Slot slot, MemorySegment into) {
        long[] shape = entry.value.sizes();
        switch (slot) {
            case VALUE -> session.read(entry.value.handle(), shape, into);
            case FIRST_MOMENT -> session.read(entry.first, shape, into);
            case SECOND_MOMENT -> session.read(entry.second, shape, into);
            case GRADIENT -> {
                if (!readGradient(entry, into)) {
                    into.fill((byte) 0);
                }
            }
        }
    }

    @Override
    protected final void write(Entry entry, Slot slot, MemorySegment values) {
        long[] shape = entry.value.sizes();
        switch (slot) {
            case VALUE -> session.write(entry.value.handle(), shape, values);
            case FIRST_MOMENT -> session.write(entry.first, shape, values);
            case SECOND_MOMENT -> session.write(entry.second, shape, values);
            case GRADIENT -> {
                long gradient = session.copied(DType.FLOAT32, values, shape);
                replaceGradient(entry, gradient);
                session.delete(gradient);
            }
        }
    }

    @Override
    protected final void release(Entry entry) {
        session.delete(entry.value.handle());
        session.delete(entry.first);
        session.delete(entry.second);
    }
}
