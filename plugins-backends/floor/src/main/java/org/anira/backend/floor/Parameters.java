package org.anira.backend.floor;

import org.anira.api.BackendException;
import org.anira.api.Names;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;

import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parameters of a session by name, in the order of their definition. The subclass decides how
 * one is held. Values are passed as {@link org.anira.api.tensor.Session} describes.
 *
 * @param <E> a parameter and what holds its slots
 */
public abstract class Parameters<E extends Parameters.Entry> {

    private final Refusals refusals;
    private final Set<Slot> slots;
    private final Map<String, E> entries = new LinkedHashMap<>();

    /** Makes an empty one. @param slots the slots that each parameter has */
    protected Parameters(Refusals refusals, Set<Slot> slots) {
        this.refusals = refusals;
        this.slots = slots;
    }

    /** A parameter and the tensors of its slots. */
    public interface Entry {
        /** Returns the parameter. */
        Parameter parameter();
    }

    /** Copies values that have the parameter's size. */
    protected abstract E make(Parameter parameter, MemorySegment values);

    /** Copies the contents of a slot to a segment of the parameter's size. */
    protected abstract void read(E entry, Slot slot, MemorySegment into);

    /** Copies values that have the parameter's size to a slot. */
    protected abstract void write(E entry, Slot slot, MemorySegment values);

    /** Frees a parameter's tensors. */
    protected abstract void release(E entry);

    /** Returns the number of slots held. */
    final long count() {
        return (long) slots.size() * entries.size();
    }

    /** Returns the parameters. */
    final List<Parameter> all() {
        return entries.values().stream().map(Entry::parameter).toList();
    }

    /** Returns the entries of all parameters. */
    public final Collection<E> entries() {
        return entries.values();
    }

    /**
     * Returns the entry of a parameter.
     *
     * @throws BackendException BKD-003 if there is none of that name
     */
    public final E entry(String name) {
        E entry = entries.get(name);
        if (entry == null) {
            throw new BackendException(
                    "BKD-003",
                    "The session has no parameter '%s'. %s"
                            .formatted(name, Names.suggestion(name, entries.keySet()))
                            .strip());
        }
        return entry;
    }

    final void define(Parameter parameter, MemorySegment values) {
        if (entries.containsKey(parameter.name())) {
            throw new BackendException(
                    "BKD-003",
                    "The session already has a parameter '%s'. Choose another name."
                            .formatted(parameter.name()));
        }
        parameter.require(values);
        entries.put(parameter.name(), make(parameter, values));
    }

    final void read(String name, Slot slot, MemorySegment into) {
        read(entryOf(name, slot, into), slot, into);
    }

    final void write(String name, Slot slot, MemorySegment values) {
        write(entryOf(name, slot, values), slot, values);
    }

    private E entryOf(String name, Slot slot, MemorySegment segment) {
        E entry = entry(name);
        if (!slots.contains(slot)) {
            throw refusals.lacks("TRAINING", "the slot " + slot);
        }
        entry.parameter().require(segment);
        return entry;
    }

    final void free() {
        entries.values().forEach(this::release);
        entries.clear();
    }
}
