package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * What a program may rely on: inputs that vary in size, parameters, loops, and the rows of active
 * tokens.
 */
interface ProgramContract extends BackendTrial {

    /** One executable takes inputs of different sizes where they are declared to vary. */
    @Test
    default void sizesVaryFromCallToCall() {
        Program program = (_, x) -> List.of(x.getFirst().sum(1), x.getFirst().sum(0));
        try (Bench bench = open();
                Executable executable =
                        bench.session.compile(
                                program, List.of(Input.of("x", DType.FLOAT32, -1, -1, 2)))) {
            for (long[] shape :
                    List.of(new long[] {1, 1, 2}, new long[] {3, 2, 2}, new long[] {2, 5, 2})) {
                Numbers x = Numbers.of(DType.FLOAT32, shape, i -> i);
                List<Tensor> outputs = executable.run(List.of(x.on(bench.session)));
                try (Bench reference = Bench.reference()) {
                    List<Numbers> expected = reference.run(program, x);
                    for (int i = 0; i < expected.size(); i++) {
                        expected.get(i)
                                .assertNear(
                                        Numbers.read(bench.session, outputs.get(i)),
                                        tolerance(),
                                        "output %d of %s".formatted(i, Arrays.toString(shape)));
                    }
                }
            }
        }
    }

    /** The same inputs give the same outputs. */
    @Test
    default void programsArePure() {
        RandomGenerator random = Seed.random("purity", 0);
        Numbers x = Numbers.of(DType.FLOAT32, new long[] {3, 8}, _ -> random.nextDouble(-1, 1));
        Program program =
                (_, t) -> List.of(t.getFirst().matmul(t.getFirst().transpose(1, 0)).softmax(0));
        try (Bench bench = open()) {
            bench.run(program, x)
                    .getFirst()
                    .assertNear(bench.run(program, x).getFirst(), 0, "again");
        }
    }

    /** A program sees what was written to a parameter since it last ran. */
    @Test
    default void programsReadTheNewestParameters() {
        Program program = (ops, _) -> List.of(ops.parameter("w").multiply(2));
        try (Bench bench = open();
                Executable executable = bench.session.compile(program, List.of())) {
            bench.define("w", Numbers.floats(new long[] {2}, 1, 2));
            Numbers.floats(new long[] {2}, 2, 4)
                    .assertNear(read(bench, executable), 0, "as defined");
            Slots.write(bench.session, "w", Slot.VALUE, -1, 5);
            Numbers.floats(new long[] {2}, -2, 10)
                    .assertNear(read(bench, executable), 0, "as written");
        }
    }

    private static Numbers read(Bench bench, Executable executable) {
        return Numbers.read(bench.session, executable.run(List.of()).getFirst());
    }

    /**
     * A program may have several outputs, the same one twice, an input or a parameter among them.
     */
    @Test
    default void anythingMayBeAnOutput() {
        Program program =
                (ops, x) -> {
                    Tensor sum = x.getFirst().add(1);
                    return List.of(sum, sum, x.getFirst(), ops.parameter("w"));
                };
        try (Bench bench = open()) {
            bench.define("w", Numbers.floats(new long[] {2}, 8, 9));
            List<Numbers> outputs = bench.run(program, Numbers.floats(new long[] {2}, 1, 2));
            List<double[]> expected =
                    List.of(
                            new double[] {2, 3},
                            new double[] {2, 3},
                            new double[] {1, 2},
                            new double[] {8, 9});
            assertEquals(expected.size(), outputs.size(), "number of outputs");
            for (int i = 0; i < expected.size(); i++) {
                Numbers.floats(new long[] {2}, expected.get(i))
                        .assertNear(outputs.get(i), 0, "output " + i);
            }
        }
    }

    // Loops. The carry is active [B, T], BOOL, then a sum of d, then the digits of d in order.

    private static List<Numbers> count(Bench bench, int first, int last, int[] depths) {
        long[] shape = {1, depths.length};
        Program program =
                (ops, x) -> {
                    Tensor active = x.get(0).greaterOrEqual(ops.integer(first));
                    List<Tensor> carry =
                            List.of(active, ops.zeros(x.get(0), DType.FLOAT32), ops.integer(0));
                    return ops.loop(
                            first,
                            last,
                            carry,
                            (d, c) -> {
                                Tensor taken = c.get(1).add(1).where(c.get(0), c.get(1));
                                Tensor more = x.get(0).greaterOrEqual(d.add(ops.integer(1)));
                                return List.of(
                                        c.get(0).and(more), taken, c.get(2).multiply(10).add(d));
                            });
                };
        return bench.run(program, Numbers.integers(shape, depths));
    }

    /** A loop runs its body for each d in order, and every carry comes out in its place. */
    @Test
    default void aLoopCountsAndCarries() {
        try (Bench bench = open()) {
            List<Numbers> carry = count(bench, 1, 4, new int[] {9, 9});
            Numbers.integers(new long[0], 1234).assertNear(carry.get(2), 0, "digits of d");
            Numbers.floats(new long[] {1, 2}, 4, 4).assertNear(carry.get(1), 0, "steps taken");
            Numbers.truths(new long[] {1, 2}, true, true).assertNear(carry.get(0), 0, "active");
        }
    }

    /** A loop ends when no token is active any more. */
    @Test
    default void aLoopEndsEarly() {
        try (Bench bench = open()) {
            List<Numbers> carry = count(bench, 1, 9, new int[] {1, 3, 2});
            Numbers.integers(new long[0], 123).assertNear(carry.get(2), 0, "digits of d");
            Numbers.floats(new long[] {1, 3}, 1, 3, 2).assertNear(carry.get(1), 0, "steps taken");
        }
    }

    /**
     * A loop may start anywhere, and runs not at all if its last step lies before its first or
     * nobody is active.
     */
    @Test
    default void aLoopMayRunNotAtAll() {
        try (Bench bench = open()) {
            List<Numbers> one = count(bench, 3, 3, new int[] {9, 9});
            Numbers.integers(new long[0], 3).assertNear(one.get(2), 0, "one step");
            List<Numbers> none = count(bench, 2, 1, new int[] {9, 9});
            Numbers.integers(new long[0], 0).assertNear(none.get(2), 0, "no step");
            Numbers.truths(new long[] {1, 2}, true, true).assertNear(none.get(0), 0, "active");
            List<Numbers> idle = count(bench, 1, 4, new int[] {0, 0});
            Numbers.integers(new long[0], 0).assertNear(idle.get(2), 0, "nobody is active");
        }
    }

    /** A carry may grow along an axis, and may be handed on as it is. */
    @Test
    default void aCarryMayGrow() {
        Program program =
                (ops, x) ->
                        ops.loop(
                                        1,
                                        3,
                                        List.of(x.get(0), x.get(1), x.get(1)),
                                        (_, c) ->
                                                List.of(
                                                        c.get(0),
                                                        ops.concat(0, List.of(c.get(1), c.get(2))),
                                                        c.get(2)))
                                .subList(1, 3);
        Numbers active = Numbers.truths(new long[] {1, 1}, true);
        Numbers pair = Numbers.floats(new long[] {2, 1}, 1, 2);
        try (Bench bench = open()) {
            List<Numbers> carry = bench.run(program, active, pair);
            Numbers.floats(new long[] {8, 1}, 1, 2, 1, 2, 1, 2, 1, 2)
                    .assertNear(carry.get(0), 0, "grown");
            pair.assertNear(carry.get(1), 0, "handed on");
        }
    }

    // Active rows.

    /**
     * The rows of active tokens are where the definition puts them: for masks of all kinds, all,
     * one and none.
     */
    @Test
    default void activeRowsLieWhereTheyShould() {
        RandomGenerator random = Seed.random("active rows", 0);
        try (Bench bench = open()) {
            for (int trial = 0; trial < 30; trial++) {
                int sequences = 1 + random.nextInt(4);
                int length = 1 + random.nextInt(5);
                boolean[] active = new boolean[sequences * length];
                int chance = trial < 2 ? trial * 4 : random.nextInt(5);
                for (int i = 0; i < active.length; i++) {
                    active[i] = random.nextInt(4) < chance;
                }
                assertRows(bench, active, sequences, length);
            }
        }
    }

    private static void assertRows(Bench bench, boolean[] active, int sequences, int length) {
        Program program =
                (ops, x) -> {
                    ActiveRows rows = ops.activeRows(x.getFirst());
                    return List.of(rows.token(), rows.inverse(), rows.query(), rows.place());
                };
        String what = "active %s of [%d, %d]".formatted(Arrays.toString(active), sequences, length);
        List<Numbers> rows =
                bench.run(program, Numbers.truths(new long[] {sequences, length}, active));
        int[] tokens = IntStream.range(0, active.length).filter(i -> active[i]).toArray();
        int[] inverse = IntStream.range(0, active.length).toArray();
        for (int row = 0; row < tokens.length; row++) {
            inverse[tokens[row]] = active.length + row;
        }
        int[] listed = tokens.length == 0 ? new int[] {0} : tokens;
        int[] perSequence = new int[sequences];
        Arrays.stream(listed).forEach(token -> perSequence[token / length]++);
        int most = Arrays.stream(perSequence).max().orElseThrow();
        Numbers.integers(new long[] {listed.length}, listed)
                .assertNear(rows.get(0), 0, what + ": token");
        Numbers.integers(new long[] {sequences, length}, inverse)
                .assertNear(rows.get(1), 0, what + ": inverse");
        assertEquals(List.of((long) sequences, (long) most), rows.get(2).shape(), what + ": query");
        double[] query = rows.get(2).values();
        double[] place = rows.get(3).values();
        assertEquals(List.of((long) listed.length), rows.get(3).shape(), what + ": place");
        assertTrue(
                Arrays.stream(place).allMatch(at -> at >= 0 && at < query.length),
                () -> what + ": a place lies outside query: " + Arrays.toString(place));
        for (int row = 0; row < listed.length; row++) {
            assertEquals(row, query[(int) place[row]], what + ": query at the place of row " + row);
            assertEquals(
                    listed[row] / length,
                    (int) place[row] / most,
                    what + ": sequence of row " + row);
        }
        assertTrue(
                Arrays.stream(query).allMatch(row -> row >= 0 && row < listed.length),
                () -> what + ": query holds what is no row: " + Arrays.toString(query));
    }

    /** Gathered rows come back to their places, and the others stay as they were. */
    @Test
    default void rowsAreGatheredAndScattered() {
        Numbers active = Numbers.truths(new long[] {2, 3}, true, false, true, false, false, true);
        Numbers states = Numbers.of(DType.FLOAT32, new long[] {2, 3, 2}, i -> i);
        try (Bench bench = open()) {
            Numbers doubled =
                    bench.run(
                                    (ops, x) ->
                                            List.of(
                                                    doubleActive(
                                                            ops.activeRows(x.get(0)),
                                                            x.get(1),
                                                            ops)),
                                    active,
                                    states)
                            .getFirst();
            Numbers.floats(new long[] {2, 3, 2}, 0, 2, 2, 3, 8, 10, 6, 7, 8, 9, 20, 22)
                    .assertNear(doubled, 0, "active rows doubled");
        }
    }

    private static Tensor doubleActive(ActiveRows rows, Tensor states, Ops ops) {
        return ops.putRows(states, states.flatten().lookup(rows.token()).multiply(2), rows);
    }
}
