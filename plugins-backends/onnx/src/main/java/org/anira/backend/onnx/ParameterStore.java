package org.anira.backend.onnx;

import ai.onnxruntime.OnnxTensor;

import org.anira.api.BackendException;
import org.anira.api.Names;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;
import org.anira.backend.onnx.Trace.Weight;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a session: their values, and the tensors of ONNX Runtime that all graphs which
 * read them share.
 */
final class ParameterStore {

    private final OnnxSession session;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    ParameterStore(OnnxSession session) {
        this.session = session;
    }

    /** A parameter and what it holds. */
    private static final class Entry {
        final Parameter parameter;
        final Arena arena = Arena.ofConfined();
        final MemorySegment values;
        final Map<Boolean, OnnxTensor> tensors = new HashMap<>();

        /** Copies the values. */
        Entry(Parameter parameter, MemorySegment values) {
            this.parameter = parameter;
            this.values = arena.allocate(parameter.bytes(), Float.BYTES).copyFrom(values);
        }

        void free() {
            tensors.values().forEach(OnnxTensor::close);
            arena.close();
        }
    }

    int count() {
        return entries.size();
    }

    List<Parameter> parameters() {
        return entries.values().stream().map(entry -> entry.parameter).toList();
    }

    /** Returns a parameter by its name. */
    Parameter parameter(String name) {
        return entry(name).parameter;
    }

    private Entry entry(String name) {
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
        entries.put(parameter.name(), new Entry(parameter, values));
    }

    void read(String name, Slot slot, MemorySegment into) {
        Entry entry = entry(name);
        requireValue(slot);
        entry.parameter.require(into);
        into.copyFrom(entry.values);
    }

    /** Replaces the values; nothing that reads the old ones may run after that. */
    void write(String name, Slot slot, MemorySegment values) {
        Entry entry = entry(name);
        requireValue(slot);
        entry.parameter.require(values);
        entries.put(name, new Entry(entry.parameter, values));
        entry.free();
    }

    private static void requireValue(Slot slot) {
        if (slot != Slot.VALUE) {
            throw OnnxSession.lacks("TRAINING", "the slot " + slot);
        }
    }

    /** Returns the tensor for an initialiser, which stays this store's. */
    OnnxTensor tensor(Weight weight) {
        Entry entry = entry(weight.parameter().name());
        return entry.tensors.computeIfAbsent(
                weight.transposed(),
                _ -> session.over(weight.values(entry.values, entry.arena), weight.sizes()));
    }

    void free() {
        entries.values().forEach(Entry::free);
        entries.clear();
    }
}
