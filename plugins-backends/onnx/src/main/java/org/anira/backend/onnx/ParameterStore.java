package org.anira.backend.onnx;

import ai.onnxruntime.OnnxTensor;

import org.anira.api.BackendException;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;
import org.anira.backend.floor.Parameters;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The parameters of a session: their values, and the tensors of ONNX Runtime that all graphs which
 * read them share.
 */
final class ParameterStore extends Parameters<ParameterStore.Entry> {

    private final OnnxSession session;

    ParameterStore(OnnxSession session) {
        super(OnnxSession.REFUSALS, EnumSet.of(Slot.VALUE));
        this.session = session;
    }

    /** A parameter and what it holds. */
    static final class Entry implements Parameters.Entry {
        private final Parameter parameter;
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment values;

        /** Tensors over the values, by whether they are transposed. */
        private final Map<Boolean, OnnxTensor> tensors = new HashMap<>();

        /** Where transposed values lie. */
        private Arena transposed = Arena.ofConfined();

        /** Copies the values. */
        Entry(Parameter parameter, MemorySegment values) {
            this.parameter = parameter;
            this.values = arena.allocate(parameter.bytes(), Float.BYTES).copyFrom(values);
        }

        @Override
        public Parameter parameter() {
            return parameter;
        }

        private void replace(MemorySegment others) {
            closeTensors();
            transposed = Arena.ofConfined();
            values.copyFrom(others);
        }

        private void closeTensors() {
            tensors.values().forEach(OnnxTensor::close);
            tensors.clear();
            transposed.close();
        }

        private void free() {
            closeTensors();
            arena.close();
        }
    }

    @Override
    protected Entry make(Parameter parameter, MemorySegment values) {
        if (parameter.bytes() > Integer.MAX_VALUE) {
            throw new BackendException(
                    "SHP-001",
                    "Parameter '%s' of shape %s has %d bytes, but backend 'onnx' takes at most %d. Use another backend."
                            .formatted(
                                    parameter.name(),
                                    parameter.shape(),
                                    parameter.bytes(),
                                    Integer.MAX_VALUE));
        }
        return new Entry(parameter, values);
    }

    @Override
    protected void read(Entry entry, Slot slot, MemorySegment into) {
        into.copyFrom(entry.values);
    }

    /** Replaces the values; nothing that reads the old ones may run after that. */
    @Override
    protected void write(Entry entry, Slot slot, MemorySegment values) {
        entry.replace(values);
    }

    /** Returns the tensor for an initialiser, which stays this store's. */
    OnnxTensor tensor(Weight weight) {
        Entry entry = entry(weight.parameter().name());
        return entry.tensors.computeIfAbsent(
                weight.transposed(),
                _ -> session.over(weight.values(entry.values, entry.transposed), weight.sizes()));
    }

    @Override
    protected void release(Entry entry) {
        entry.free();
    }
}
