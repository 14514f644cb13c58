package org.anira.testkit;

import org.anira.api.PublicApi;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;

import java.lang.foreign.MemorySegment;

/** Slots of a session's parameters as arrays, for tests, whose parameters are small. */
@PublicApi(since = "0.1")
public final class Slots {

    private Slots() {}

    /** Defines a parameter with its first values, row-major; throws as {@link Session#define}. */
    public static void define(Session session, Parameter parameter, float... values) {
        session.define(parameter, MemorySegment.ofArray(values));
    }

    /** Returns what a slot holds, row-major; throws as {@link Session#read}. */
    public static float[] read(Session session, String parameter, Slot slot) {
        int size =
                session.parameters().stream()
                        .filter(candidate -> candidate.name().equals(parameter))
                        .mapToInt(found -> Math.toIntExact(found.size()))
                        .findFirst()
                        .orElse(0);
        float[] values = new float[size];
        session.read(parameter, slot, MemorySegment.ofArray(values));
        return values;
    }

    /** Replaces what a slot holds, row-major; throws as {@link Session#write}. */
    public static void write(Session session, String parameter, Slot slot, float... values) {
        session.write(parameter, slot, MemorySegment.ofArray(values));
    }
}
