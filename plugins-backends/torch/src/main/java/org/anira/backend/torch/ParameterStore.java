package org.anira.backend.torch;

import org.anira.api.BackendException;
import org.anira.api.Names;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a session with their slots. A value is a leaf that libtorch collects the
 * gradient in; there is none until a program gives one, and none after it was cleared.
 */
final class ParameterStore {

    private static final int SLOTS = Slot.values().length;

    /** What {@link AdamW} adds to the norm before it divides by it. */
    private static final double CLIP_EPSILON = 1e-6;

    private final TorchSession session;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    ParameterStore(TorchSession session) {
        this.session = session;
    }

    /**
     * A parameter and what it holds.
     *
     * @param gradient the handle of the value's gradient, which belongs to the value
     * @param first the handle of the first moment
     * @param second the handle of the second moment
     */
    record Entry(Parameter parameter, TorchTensor value, long gradient, long first, long second) {}

    /** Returns the number of slots held. */
    long slots() {
        return (long) SLOTS * entries.size();
    }

    List<Parameter> parameters() {
        return entries.values().stream().map(Entry::parameter).toList();
    }

    Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new BackendException(
                    "BKD-003",
                    "The session has no parameter '%s'. %s"
                            .formatted(name, Names.suggestion(name, entries.keySet()))
                            .strip());
        }
        return entry;
    }

    void define(Parameter parameter, MemorySegment values) {
        if (entries.containsKey(parameter.name())) {
            throw new BackendException(
                    "BKD-003",
                    "The session already has a parameter '%s'. Choose another name."
                            .formatted(parameter.name()));
        }
        parameter.require(values);
        long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
        long value = session.made(values, shape);
        Torch.requireGradient(value);
        entries.put(
                parameter.name(),
                new Entry(
                        parameter,
                        new TorchTensor(session, DType.FLOAT32, shape, value, true),
                        Torch.gradient(value),
                        zeros(shape),
                        zeros(shape)));
    }

    void read(String name, Slot slot, MemorySegment into) {
        Entry entry = entry(name);
        entry.parameter.require(into);
        long[] shape = entry.value.sizes();
        switch (slot) {
            case VALUE -> session.read(entry.value.handle(), DType.FLOAT32, shape, into);
            case FIRST_MOMENT -> session.read(entry.first, DType.FLOAT32, shape, into);
            case SECOND_MOMENT -> session.read(entry.second, DType.FLOAT32, shape, into);
            case GRADIENT -> {
                if (session.torch.isDefined(entry.gradient)) {
                    session.read(entry.gradient, DType.FLOAT32, shape, into);
                } else {
                    into.fill((byte) 0);
                }
            }
        }
    }

    void write(String name, Slot slot, MemorySegment values) {
        Entry entry = entry(name);
        entry.parameter.require(values);
        long[] shape = entry.value.sizes();
        switch (slot) {
            case VALUE -> session.write(entry.value.handle(), values, shape);
            case FIRST_MOMENT -> session.write(entry.first, values, shape);
            case SECOND_MOMENT -> session.write(entry.second, values, shape);
            case GRADIENT -> {
                long gradient = session.made(values, shape);
                Torch.assign(gradient, entry.gradient);
                Torch.delete(gradient);
            }
        }
    }

    /**
     * Updates every parameter and clears the gradients. Returns the handle of the gradients' norm.
     */
    long update(AdamW rule, long step) {
        for (Entry entry : entries.values()) {
            if (!session.torch.isDefined(entry.gradient)) {
                long none = zeros(entry.value.sizes());
                Torch.assign(none, entry.gradient);
                Torch.delete(none);
            }
        }
        long norm = norm();
        if (!Float.isFinite(session.read(norm, DType.FLOAT32, new long[0])[0])) {
            return norm;
        }
        long scale = scale(norm, rule.clip());
        long number = session.floats(new float[] {step}, new long[0]);
        update(true, scale, number, rule, rule.decay());
        update(false, scale, number, rule, 0);
        Torch.delete(number);
        Torch.delete(scale);
        clearGradients();
        return norm;
    }

    /** Returns the root of the sum of the squares of all gradients. */
    private long norm() {
        if (entries.isEmpty()) {
            return zeros(new long[0]);
        }
        long[] squares = entries.values().stream().mapToLong(this::square).toArray();
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
        long one = session.constant(DType.FLOAT32, 1).handle();
        long epsilon = session.constant(DType.FLOAT32, CLIP_EPSILON).handle();
        long limit = session.constant(DType.FLOAT32, clip).handle();
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
                entries.values().stream()
                        .filter(entry -> entry.parameter.isMatrix() == matrices)
                        .toList();
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
        entries.values().forEach(entry -> Torch.assign(none, entry.gradient));
        Torch.delete(none);
    }

    void free() {
        for (Entry entry : entries.values()) {
            Torch.delete(entry.value.handle());
            Torch.delete(entry.first);
            Torch.delete(entry.second);
        }
        entries.clear();
    }

    private long zeros(long[] shape) {
        return session.torch.zeros(shape, Native.FLOAT32, session.device);
    }
}
