package org.anira.backend.torch;

import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;
import org.anira.backend.floor.EagerTensor;
import org.anira.backend.floor.Parameters;
import org.anira.backend.floor.Shapes;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;

/**
 * The parameters of a session with their slots. A value is a leaf that libtorch collects the
 * gradient in; there is none until a program gives one, and none after it was cleared.
 */
final class ParameterStore extends Parameters<ParameterStore.Entry> {

    /** What {@link AdamW} adds to the norm before it divides by it. */
    private static final double CLIP_EPSILON = 1e-6;

    private final TorchSession session;

    ParameterStore(TorchSession session) {
        super(Library.REFUSALS, EnumSet.allOf(Slot.class));
        this.session = session;
    }

    /**
     * A parameter and what it holds.
     *
     * @param gradient the handle of the value's gradient, which belongs to the value
     * @param first the handle of the first moment
     * @param second the handle of the second moment
     */
    record Entry(Parameter parameter, EagerTensor value, long gradient, long first, long second)
            implements Parameters.Entry {}

    @Override
    protected Entry make(Parameter parameter, MemorySegment values) {
        long[] shape = Shapes.array(parameter.shape());
        long value = session.floats(values, shape);
        Torch.requireGradient(value);
        return new Entry(
                parameter,
                new EagerTensor(session, DType.FLOAT32, shape, value, true),
                Torch.gradient(value),
                zeros(shape),
                zeros(shape));
    }

    @Override
    protected void read(Entry entry, Slot slot, MemorySegment into) {
        switch (slot) {
            case VALUE -> read(entry, entry.value.handle(), into);
            case FIRST_MOMENT -> read(entry, entry.first, into);
            case SECOND_MOMENT -> read(entry, entry.second, into);
            case GRADIENT -> {
                if (session.torch.isDefined(entry.gradient)) {
                    read(entry, entry.gradient, into);
                } else {
                    into.fill((byte) 0);
                }
            }
        }
    }

    private void read(Entry entry, long handle, MemorySegment into) {
        session.read(handle, DType.FLOAT32, entry.value.sizes(), into);
    }

    @Override
    protected void write(Entry entry, Slot slot, MemorySegment values) {
        long[] shape = entry.value.sizes();
        switch (slot) {
            case VALUE -> session.write(entry.value.handle(), values, shape);
            case FIRST_MOMENT -> session.write(entry.first, values, shape);
            case SECOND_MOMENT -> session.write(entry.second, values, shape);
            case GRADIENT -> {
                long gradient = session.floats(values, shape);
                Torch.assign(gradient, entry.gradient);
                Torch.delete(gradient);
            }
        }
    }

    /**
     * Updates every parameter and clears the gradients. Returns the handle of the gradients' norm.
     */
    long update(AdamW rule, long step) {
        for (Entry entry : entries()) {
            if (!session.torch.isDefined(entry.gradient)) {
                long none = zeros(entry.value.sizes());
                Torch.assign(none, entry.gradient);
                Torch.delete(none);
            }
        }
        long norm = norm();
        if (!Float.isFinite(number(norm))) {
            return norm;
        }
        long scale = scale(norm, rule.clip());
        long number = session.floats(MemorySegment.ofArray(new float[] {step}), Shapes.scalar());
        update(true, scale, number, rule, rule.decay());
        update(false, scale, number, rule, 0);
        Torch.delete(number);
        Torch.delete(scale);
        clearGradients();
        return norm;
    }

    private float number(long scalar) {
        float[] value = new float[1];
        session.read(scalar, DType.FLOAT32, Shapes.scalar(), MemorySegment.ofArray(value));
        return value[0];
    }

    /** Returns the root of the sum of the squares of all gradients. */
    private long norm() {
        if (entries().isEmpty()) {
            return zeros(Shapes.scalar());
        }
        long[] squares = entries().stream().mapToLong(this::square).toArray();
        long stacked = session.torch.arguments().tensors(squares).integer(0).call(Operator.STACK);
        Arrays.stream(squares).forEach(Torch::delete);
        long sum = session.torch.arguments().tensor(stacked).none().call(Operator.SUM);
        Torch.delete(stacked);
        long norm = session.torch.call(Operator.SQRT, sum);
        Torch.delete(sum);
        return norm;
    }

    /** Returns the sum of the squares of a gradient. */
    private long square(Entry entry) {
        long flat =
                session.torch
                        .arguments()
                        .tensor(entry.gradient)
                        .integers(entry.parameter.size())
                        .call(Operator.RESHAPE);
        long square = session.torch.call(Operator.DOT, flat, flat);
        Torch.delete(flat);
        return square;
    }

    /** Returns what gradients are divided by: max(1, (norm + ε) / clip). */
    private long scale(long norm, double clip) {
        long one = session.scalar(1.0).handle();
        long epsilon = session.scalar(CLIP_EPSILON).handle();
        long limit = session.scalar(clip).handle();
        long raised = session.torch.subtract(norm, epsilon, -1);
        long times = session.torch.call(Operator.DIVIDE, raised, limit);
        Torch.delete(raised);
        long scale = session.torch.call(Operator.MAXIMUM, times, one);
        Torch.delete(times);
        return scale;
    }

    /** Updates the matrices, or all other parameters. */
    private void update(boolean matrices, long scale, long step, AdamW rule, double decay) {
        List<Entry> group =
                entries().stream().filter(entry -> entry.parameter.isMatrix() == matrices).toList();
        if (group.isEmpty()) {
            return;
        }
        long[] steps = new long[group.size()];
        Arrays.fill(steps, step);
        session.torch
                .arguments()
                .tensors(group.stream().mapToLong(entry -> entry.value.handle()).toArray())
                .tensors(group.stream().mapToLong(Entry::gradient).toArray())
                .tensors(group.stream().mapToLong(Entry::first).toArray())
                .tensors(group.stream().mapToLong(Entry::second).toArray())
                .tensors()
                .tensors(steps)
                .number(rule.rate())
                .number(rule.beta1())
                .number(rule.beta2())
                .number(decay)
                .number(rule.epsilon())
                .truth(false)
                .truth(false)
                .tensor(scale)
                .optional()
                .none()
                .run(Operator.FUSED_ADAMW);
    }

    void clearGradients() {
        long none = session.torch.undefined();
        entries().forEach(entry -> Torch.assign(none, entry.gradient));
        Torch.delete(none);
    }

    @Override
    protected void release(Entry entry) {
        Torch.delete(entry.value.handle());
        Torch.delete(entry.first);
        Torch.delete(entry.second);
    }

    private long zeros(long[] shape) {
        return session.torch.zeros(shape, Native.FLOAT32, session.device);
    }
}
