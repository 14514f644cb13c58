package org.anira.backend.djl;

import org.anira.api.BackendException;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The parameters of a session with their slots. A value is a leaf that libtorch collects gradients
 * in; clearing a gradient puts a fresh leaf over the same memory, which costs less than filling
 * with zeros and adding to that.
 */
final class ParameterStore {

    /** Slots that are held as tensors of their own; the gradient hangs on the value. */
    private static final int SLOTS = Slot.values().length;

    private final DjlSession session;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    ParameterStore(DjlSession session) {
        this.session = session;
    }

    /** A parameter and what it holds. */
    static final class Entry {
        final Parameter parameter;
        final DjlTensor value;
        final long first;
        final long second;

        Entry(Parameter parameter, DjlTensor value, long first, long second) {
            this.parameter = parameter;
            this.value = value;
            this.first = first;
            this.second = second;
        }
    }

    /** Returns the number of slots held. */
    long slots() {
        return (long) SLOTS * entries.size();
    }

    List<Parameter> parameters() {
        return entries.values().stream().map(entry -> entry.parameter).toList();
    }

    Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new BackendException(
                    "BKD-003",
                    "The session has no parameter '%s'. %s"
                            .formatted(name, org.anira.api.Names.suggestion(name, entries.keySet()))
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
        Torch.attachGradient(value);
        entries.put(
                parameter.name(),
                new Entry(
                        parameter,
                        new DjlTensor(session, DType.FLOAT32, value, true),
                        Torch.zeros(shape, Torch.FLOAT32, session.deviceNumbers),
                        Torch.zeros(shape, Torch.FLOAT32, session.deviceNumbers)));
    }

    void read(String name, Slot slot, MemorySegment into) {
        Entry entry = entry(name);
        entry.parameter.require(into);
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

    void write(String name, Slot slot, MemorySegment values) {
        Entry entry = entry(name);
        entry.parameter.require(values);
        long[] shape = entry.value.sizes();
        switch (slot) {
            case VALUE -> session.write(entry.value.handle(), values, shape);
            case FIRST_MOMENT -> session.write(entry.first, values, shape);
            case SECOND_MOMENT -> session.write(entry.second, values, shape);
            case GRADIENT -> {
                clear(entry);
                long gradient = session.made(values, shape);
                session.recordGradients(() -> collect(entry, gradient));
                Torch.DELETE.on(gradient);
            }
        }
    }

    /** Adds a gradient, as that of Σ value · gradient: there is no other way to set one. */
    private static void collect(Entry entry, long gradient) {
        long products = Torch.MULTIPLY.of(entry.value.handle(), gradient);
        long sum = Torch.SUM.of(products);
        long one = Torch.full(new long[0], 1, Torch.FLOAT32, Device.CPU);
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
                entries.values().stream()
                        .collect(Collectors.partitioningBy(entry -> entry.parameter.isMatrix()));
        long[] matrices = gradients(byDecay.get(true));
        long[] others = gradients(byDecay.get(false));
        try {
            long norm = norm(matrices, others);
            if (Float.isFinite(session.read(norm)[0])) {
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
        return all.length == 0
                ? Torch.zeros(new long[0], Torch.FLOAT32, session.deviceNumbers)
                : session.kernels.norm(all);
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
            DjlTensor value = group.get(i).value;
            long gradient = Torch.GRADIENT.of(value.handle());
            handles[i] =
                    gradient == 0
                            ? Torch.zeros(value.sizes(), Torch.FLOAT32, session.deviceNumbers)
                            : gradient;
        }
        return handles;
    }

    void clearGradients() {
        entries.values().forEach(ParameterStore::clear);
    }

    private static void clear(Entry entry) {
        long leaf = Torch.DETACH.of(entry.value.handle());
        Torch.attachGradient(leaf);
        entry.value.replace(leaf);
    }

    void free() {
        for (Entry entry : entries.values()) {
            Torch.DELETE.on(entry.value.handle());
            Torch.DELETE.on(entry.first);
            Torch.DELETE.on(entry.second);
        }
        entries.clear();
    }
}
