package org.anira.backend.djl;

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
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The parameters of a session with their slots. A value is a leaf that libtorch collects gradients
 * in; clearing a gradient puts a fresh leaf over the same memory, which costs less than filling
 * with zeros and adding to that.
 */
final class ParameterStore extends Parameters<ParameterStore.Entry> {

    private final DjlSession session;

    ParameterStore(DjlSession session) {
        super(Library.REFUSALS, EnumSet.allOf(Slot.class));
        this.session = session;
    }

    /**
     * A parameter and what it holds; the gradient hangs on the value.
     *
     * @param first the handle of the first moment
     * @param second the handle of the second moment
     */
    record Entry(Parameter parameter, EagerTensor value, long first, long second)
            implements Parameters.Entry {}

    @Override
    protected Entry make(Parameter parameter, MemorySegment values) {
        long[] shape = Shapes.array(parameter.shape());
        long value = session.floats(values, shape);
        Torch.attachGradient(value);
        return new Entry(
                parameter,
                new EagerTensor(session, DType.FLOAT32, shape, value, true),
                zeros(shape),
                zeros(shape));
    }

    private long zeros(long[] shape) {
        return Torch.zeros(shape, Torch.FLOAT32, session.deviceNumbers);
    }

    @Override
    protected void read(Entry entry, Slot slot, MemorySegment into) {
        switch (slot) {
            case VALUE -> DjlSession.read(entry.value.handle(), into);
            case FIRST_MOMENT -> DjlSession.read(entry.first, into);
            case SECOND_MOMENT -> DjlSession.read(entry.second, into);
            case GRADIENT -> {
                long gradient = Torch.GRADIENT.of(entry.value.handle());
                if (gradient == 0) {
                    into.fill((byte) 0);
                } else {
                    DjlSession.read(gradient, into);
                    Torch.DELETE.on(gradient);
                }
            }
        }
    }

    @Override
    protected void write(Entry entry, Slot slot, MemorySegment values) {
        long[] shape = entry.value.sizes();
        switch (slot) {
            case VALUE -> session.write(entry.value.handle(), values, shape);
            case FIRST_MOMENT -> session.write(entry.first, values, shape);
            case SECOND_MOMENT -> session.write(entry.second, values, shape);
            case GRADIENT -> {
                clear(entry);
                long gradient = session.floats(values, shape);
                session.recordGradients(() -> collect(entry, gradient));
                Torch.DELETE.on(gradient);
            }
        }
    }

    /** Adds a gradient, as that of Σ value · gradient: there is no other way to set one. */
    private static void collect(Entry entry, long gradient) {
        long products = Torch.MULTIPLY.of(entry.value.handle(), gradient);
        long sum = Torch.SUM.of(products);
        long one = Torch.full(new long[0], 1, Torch.FLOAT32, Torch.CPU);
        Torch.backward(sum, one);
        Torch.DELETE.on(one);
        Torch.DELETE.on(sum);
        Torch.DELETE.on(products);
    }

    /**
     * Updates every parameter and clears the gradients. Returns the handle of the gradients' norm.
     */
    long update(AdamW rule, long step) {
        Map<Boolean, List<Entry>> byDecay =
                entries().stream()
                        .collect(Collectors.partitioningBy(entry -> entry.parameter.isMatrix()));
        long[] matrices = gradients(byDecay.get(true));
        long[] others = gradients(byDecay.get(false));
        try {
            long norm = norm(matrices, others);
            if (Float.isFinite(number(norm))) {
                update(byDecay.get(true), matrices, norm, rule, step, rule.decay());
                update(byDecay.get(false), others, norm, rule, step, 0);
                clearGradients();
            }
            return norm;
        } finally {
            Arrays.stream(matrices).forEach(Torch.DELETE::on);
            Arrays.stream(others).forEach(Torch.DELETE::on);
        }
    }

    private static float number(long scalar) {
        float[] value = new float[1];
        DjlSession.read(scalar, MemorySegment.ofArray(value));
        return value[0];
    }

    private long norm(long[] matrices, long[] others) {
        long[] all = LongStream.concat(Arrays.stream(matrices), Arrays.stream(others)).toArray();
        return all.length == 0 ? zeros(Shapes.scalar()) : session.kernels.norm(all);
    }

    private void update(
            List<Entry> group, long[] gradients, long norm, AdamW rule, long step, double decay) {
        if (group.isEmpty()) {
            return;
        }
        session.kernels.adamW(
                group.stream().mapToLong(entry -> entry.value.handle()).toArray(),
                gradients,
                group.stream().mapToLong(entry -> entry.first).toArray(),
                group.stream().mapToLong(entry -> entry.second).toArray(),
                norm,
                step,
                rule.rate(),
                rule.beta1(),
                rule.beta2(),
                rule.epsilon(),
                rule.clip(),
                decay);
    }

    /** Returns the gradients' handles, to be freed; zeros for parameters that no program used. */
    private long[] gradients(List<Entry> group) {
        long[] handles = new long[group.size()];
        for (int i = 0; i < handles.length; i++) {
            EagerTensor value = group.get(i).value;
            long gradient = Torch.GRADIENT.of(value.handle());
            handles[i] = gradient == 0 ? zeros(value.sizes()) : gradient;
        }
        return handles;
    }

    void clearGradients() {
        entries().forEach(ParameterStore::clear);
    }

    private static void clear(Entry entry) {
        long leaf = Torch.DETACH.of(entry.value.handle());
        Torch.attachGradient(leaf);
        entry.value.replace(leaf);
    }

    @Override
    protected void release(Entry entry) {
        Torch.DELETE.on(entry.value.handle());
        Torch.DELETE.on(entry.first);
        Torch.DELETE.on(entry.second);
    }
}
