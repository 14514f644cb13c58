package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;
import org.junit.jupiter.api.Test;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Slots pass through memory of any kind, whole, and as copies. */
interface SlotContract extends BackendTrial {

    /** More elements than a backend copies at once, and no multiple of what it does. */
    int MANY = (1 << 21) + 3;

    /** On the heap and outside of it, aligned or not, what is written is read again. */
    @Test
    default void memoryOfAnyKindIsTaken() {
        float[] first = {1, -2, 3};
        float[] then = {4, 0.5f, -6};
        try (Arena arena = Arena.ofConfined()) {
            segments(arena)
                    .forEach((kind, segment) -> {
                        try (Bench bench = open()) {
                            bench.session.define(
                                    Parameter.constant("w", 0, 3), filled(segment, first));
                            assertArrayEquals(
                                    first, read(bench, Slot.VALUE, segment), kind + ", defined");
                            for (Slot slot : slots()) {
                                bench.session.write("w", slot, filled(segment, then));
                                assertArrayEquals(
                                        then, read(bench, slot, segment), kind + ", " + slot);
                            }
                        }
                    });
        }
    }

    /** A parameter of some million elements is defined, written and read in whole. */
    @Test
    default void largeParametersAreWhole() {
        float[] values = new float[MANY];
        for (int i = 0; i < MANY; i++) {
            values[i] = i;
        }
        try (Bench bench = open()) {
            Slots.define(bench.session, Parameter.constant("w", 0, MANY), values);
            assertArrayEquals(values, Slots.read(bench.session, "w", Slot.VALUE), "as defined");
            for (Slot slot : slots()) {
                values[MANY / 2] = -1 - slot.ordinal();
                Slots.write(bench.session, "w", slot, values);
                assertArrayEquals(values, Slots.read(bench.session, "w", slot), slot.toString());
            }
        }
    }

    /** A segment of another size is refused, and nothing is read or written. */
    @Test
    default void segmentsOfAnotherSizeAreRefused() {
        float[] values = {1, 2};
        try (Bench bench = open()) {
            Slots.define(bench.session, Parameter.constant("w", 0, 2), values);
            for (int size : new int[] {0, 4, 7, 9, 12}) {
                MemorySegment segment = MemorySegment.ofArray(new byte[size]);
                String found = Integer.toString(size);
                Refusal.SHP_001.of(
                        List.of("v", "[2]", found),
                        () -> bench.session.define(Parameter.constant("v", 0, 2), segment));
                List<String> named = List.of("w", "[2]", found);
                Refusal.SHP_001.of(named, () -> bench.session.read("w", Slot.VALUE, segment));
                Refusal.SHP_001.of(named, () -> bench.session.write("w", Slot.VALUE, segment));
            }
            assertEquals(1, bench.session.parameters().size(), "number of parameters");
            assertArrayEquals(values, Slots.read(bench.session, "w", Slot.VALUE));
        }
    }

    /** A slot does not change with the memory it was written from, nor need that memory. */
    @Test
    default void slotsAreCopies() {
        try (Bench bench = open()) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment values = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2);
                bench.session.define(Parameter.constant("w", 0, 2), values);
                values.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 9);
            }
            assertArrayEquals(
                    new float[] {1, 2}, Slots.read(bench.session, "w", Slot.VALUE), "defined");
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment values = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 3, 4);
                bench.session.write("w", Slot.VALUE, values);
                values.setAtIndex(ValueLayout.JAVA_FLOAT, 0, 9);
            }
            assertArrayEquals(
                    new float[] {3, 4}, Slots.read(bench.session, "w", Slot.VALUE), "written");
        }
    }

    private Set<Slot> slots() {
        return has(Capability.TRAINING) ? EnumSet.allOf(Slot.class) : EnumSet.of(Slot.VALUE);
    }

    /** Returns segments of three float32 numbers. */
    private static Map<String, MemorySegment> segments(Arena arena) {
        int size = 3 * Float.BYTES;
        Map<String, MemorySegment> segments = new LinkedHashMap<>();
        segments.put("an array of floats", MemorySegment.ofArray(new float[3]));
        segments.put("an array of bytes", MemorySegment.ofArray(new byte[size]));
        segments.put("bytes at an odd place", MemorySegment.ofArray(new byte[99]).asSlice(7, size));
        segments.put("native memory", arena.allocate(size, Float.BYTES));
        segments.put("native memory at an odd place", arena.allocate(99).asSlice(5, size));
        return segments;
    }

    private static MemorySegment filled(MemorySegment segment, float[] values) {
        return segment.copyFrom(MemorySegment.ofArray(values)).asReadOnly();
    }

    private static float[] read(Bench bench, Slot slot, MemorySegment into) {
        into.fill((byte) -1);
        bench.session.read("w", slot, into);
        return into.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }
}
