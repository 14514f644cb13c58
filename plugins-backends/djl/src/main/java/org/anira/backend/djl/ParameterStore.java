package org.anira.backend.djl;

import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.backend.floor.EagerParameters;
import org.anira.backend.floor.Shapes;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The parameters of a session with their slots. A value is a leaf that libtorch collects gradients
 * in; clearing a gradient puts a fresh leaf over the same memory, which costs less than filling
 * with zeros and adding to that.
 */
final class ParameterStore extends EagerParameters {

    private final DjlSession session;

    ParameterStore(DjlSession session) {
        super(session);
        this.session = session;
    }

    @Override
    protected void collect(long leaf) {
        Torch.attachGradient(leaf);
    }

    /** Returns the gradient's handle, to be freed, if there is one. */
    private static OptionalLong gradient(Entry entry) {
        long gradient = Torch.GRADIENT.of(entry.value().handle());
        return gradient == 0 ? OptionalLong.empty() : OptionalLong.of(gradient);
    }

    @Override
    protected boolean readGradient(Entry entry, MemorySegment into) {
        OptionalLong gradient = gradient(entry);
        gradient.ifPresent(handle -> {
            session.read(handle, entry.value().sizes(), into);
            Torch.DELETE.on(handle);
        });
        return gradient.isPresent();
    }

    @Override
    protected void replaceGradient(Entry entry, long gradient) {
        clear(entry);
        session.recordGradients(() -> add(entry, gradient));
    }

    /** Adds a gradient, as that of Σ value · gradient: there is no other way to set one. */
    private static void add(Entry entry, long gradient) {
        long products = Torch.MULTIPLY.of(entry.value().handle(), gradient);
        long sum = Torch.SUM.of(products);
        long one = Torch.full(new long[0], 1, Torch.FLOAT32, Torch.CPU);
        Torch.backward(sum, one);
        Torch.DELETE.on(one);
        Torch.DELETE.on(sum);
        Torch.DELETE.on(products);
    }

    @Override
    protected long update(AdamW rule, long step) {
        Map<Boolean, List<Entry>> byDecay =
                entries().stream()
                        .collect(Collectors.partitioningBy(entry -> entry.parameter().isMatrix()));
        long[] matrices = gradients(byDecay.get(true));
        long[] others = gradients(byDecay.get(false));
        try {
            long norm = norm(matrices, others);
            if (Float.isFinite(session.number(norm))) {
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
                group.stream().mapToLong(entry -> entry.value().handle()).toArray(),
                gradients,
                group.stream().mapToLong(Entry::first).toArray(),
                group.stream().mapToLong(Entry::second).toArray(),
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
            Entry entry = group.get(i);
            handles[i] = gradient(entry).orElseGet(() -> zeros(entry.value().sizes()));
        }
        return handles;
    }

    @Override
    protected void clearGradients() {
        entries().forEach(ParameterStore::clear);
    }

    private static void clear(Entry entry) {
        long leaf = Torch.DETACH.of(entry.value().handle());
        Torch.attachGradient(leaf);
        entry.value().replace(leaf);
    }

    private long zeros(long[] shape) {
        return session.zeros(DType.FLOAT32, shape);
    }
}
