package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingPolicy.Decision;
import org.anira.api.halting.HaltingPolicy.Step;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.reference.TracingGuard;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Policies are pure over rows: what a token gets depends on the token, and on nothing that was
 * before.
 */
interface HaltingRowContract extends HaltingTrial {

    /**
     * Decisions, carry and distribution have one entry per row, whatever the leading axes, in the
     * types they should.
     */
    @Test
    default void decisionsHaveTheShapeOfTheirRows() {
        for (Tried tried : policies()) {
            for (long[] lead :
                    List.of(new long[] {1}, new long[] {7}, new long[] {2, 3}, new long[] {1, 1})) {
                HaltingInput input = tried.draw(Seed.random("shapes", 0), lead);
                try (Session session = open()) {
                    HaltingPass.define(
                            session, tried.mechanism().parameters(), Seed.random("shapes", 1));
                    Bench.run(session, shapes(tried, lead), input.tensors());
                }
            }
        }
    }

    private static Program shapes(Tried tried, long[] lead) {
        List<Long> rows = Arrays.stream(lead).boxed().toList();
        List<Long> distribution = new ArrayList<>(rows);
        distribution.add((long) DEPTH);
        return (ops, inputs) -> {
            Tensor h0 = inputs.get(0);
            List<Tensor> begun = tried.policy().begin(ops, h0);
            for (Tensor carried : begun) {
                assertTrue(
                        carried.type() == DType.FLOAT32 || carried.type() == DType.INT64,
                        () -> tried.name() + ": the carry holds " + carried.type());
                assertTrue(
                        carried.rank() >= rows.size()
                                && carried.shape().subList(0, rows.size()).equals(rows),
                        () -> tried.name() + ": the carry has shape " + carried.shape());
            }
            List<Tensor> carry = begun;
            for (int d = 1; d < DEPTH; d++) {
                Step step = new Step(ops.integer(d), inputs.get(1 + d), carry, inputs.get(1));
                Decision decision = tried.policy().step(ops, step);
                assertTensor(tried.name() + ": score", DType.FLOAT32, rows, decision.score());
                assertTensor(tried.name() + ": halt", DType.BOOL, rows, decision.halt());
                assertTensor(tried.name() + ": mass", DType.FLOAT32, rows, decision.mass());
                carry = decision.carry();
                assertEquals(begun.size(), carry.size(), () -> tried.name() + ": the carry");
                for (int i = 0; i < begun.size(); i++) {
                    assertTensor(
                            tried.name() + ": carry " + i,
                            begun.get(i).type(),
                            begun.get(i).shape(),
                            carry.get(i));
                }
            }
            Tensor scores = ops.zeros(h0.pick(ops.integer(0)), DType.FLOAT32, DEPTH - 1);
            Tensor logExit = tried.policy().logExit(ops, begun, scores);
            assertTensor(tried.name() + ": log q", DType.FLOAT32, distribution, logExit);
            return List.of(logExit);
        };
    }

    private static void assertTensor(String what, DType type, List<Long> shape, Tensor tensor) {
        assertEquals(type, tensor.type(), what);
        assertEquals(shape, tensor.shape(), what);
    }

    /** A token that halted, asked again with its frozen state, still says so. */
    @Test
    default void haltedTokensStayHalted() {
        for (Tried tried : policies()) {
            for (int index = 0; index < 4; index++) {
                HaltingPass pass = run(tried, tried.draw(Seed.random("monotone", index), 4, 8));
                for (int token = 0; token < pass.logExit().length; token++) {
                    for (int d = pass.depth(token); d < DEPTH; d++) {
                        int revived = d;
                        int at = token;
                        assertTrue(
                                pass.halts()[d - 1][token] != 0,
                                () ->
                                        "%s: a token that halted after step %d is revived by step %d"
                                                .formatted(tried.name(), pass.depth(at), revived));
                    }
                }
            }
        }
    }

    /**
     * The same inputs give the same outputs, whatever a policy was asked before and in between, and
     * from any thread.
     */
    @Test
    default void policiesKeepNoState() throws InterruptedException {
        for (Tried tried : policies()) {
            RandomGenerator random = Seed.random("purity", 0);
            HaltingInput input = tried.draw(random, 3, 4);
            HaltingPass first = run(tried, input);
            assertSame(tried.name() + ", asked again", first, run(tried, input), 0);
            run(tried, tried.draw(random, 5));
            assertSame(tried.name() + ", asked of others before", first, run(tried, input), 0);
            HaltingPass distracted = run(tried.with(new Distracted(tried.policy())), input);
            assertSame(tried.name() + ", asked of others in between", first, distracted, 0);
            HaltingPass[] other = new HaltingPass[1];
            Thread thread = new Thread(() -> other[0] = run(tried, input));
            thread.start();
            thread.join();
            assertTrue(other[0] != null, () -> tried.name() + " fails in another thread");
            assertSame(tried.name() + ", in another thread", first, other[0], 0);
        }
    }

    /** Asks a policy of other tokens in between, whose states are those of the pass negated. */
    record Distracted(HaltingPolicy policy) implements HaltingPolicy {

        @Override
        public Noise noise() {
            return policy.noise();
        }

        @Override
        public List<Tensor> begin(Ops ops, Tensor h0) {
            List<Tensor> begun = policy.begin(ops, h0);
            policy.begin(ops, h0.negate());
            return begun;
        }

        @Override
        public Decision step(Ops ops, Step step) {
            Tensor others = step.state().negate();
            policy.step(
                    ops, new Step(step.depth(), others, policy.begin(ops, others), step.noise()));
            return policy.step(ops, step);
        }

        @Override
        public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
            return policy.logExit(ops, carry, scores);
        }
    }

    private static void assertSame(
            String what, HaltingPass one, HaltingPass other, double tolerance) {
        assertArrayEquals(one.depths(), other.depths(), () -> what + ": depths");
        for (int token = 0; token < one.logExit().length; token++) {
            assertArrayEquals(one.token(token), other.token(token), tolerance, what);
        }
    }

    /**
     * A row-wise mechanism gives a token the same in any batch, place and company; another one does
     * not.
     */
    @Test
    default void rowsDoNotSeeEachOther() {
        for (Tried tried : policies()) {
            RandomGenerator random = Seed.random("rows", 0);
            HaltingInput dense = tried.draw(random, 3, 4);
            HaltingPass whole = run(tried, dense);
            boolean alike = true;
            List<int[]> choices =
                    List.of(
                            new int[] {0}, // a batch of one
                            new int[] {7},
                            new int[] {1, 2, 5, 11}, // rows gathered in order
                            new int[] {11, 0, 10, 1, 9, 2, 8, 3, 7, 4, 6, 5}); // permuted
            for (int[] tokens : choices) {
                HaltingPass rows = run(tried, dense.gather(new long[] {tokens.length}, tokens));
                for (int row = 0; row < tokens.length; row++) {
                    double[] expected = whole.token(tokens[row]);
                    double[] actual = rows.token(row);
                    if (has(HaltingBehaviour.ROW_WISE, tried.settings())) {
                        assertArrayEquals(
                                expected,
                                actual,
                                tolerance(),
                                () ->
                                        tried.name()
                                                + ": a token differs in rows "
                                                + Arrays.toString(tokens));
                    } else {
                        alike &= Arrays.equals(expected, actual);
                    }
                }
            }
            assertFalse(
                    alike && !has(HaltingBehaviour.ROW_WISE, tried.settings()),
                    () -> tried.name() + ": no row depends on another; declare ROW_WISE");
        }
    }

    /**
     * Computing only the rows that are still active gives each token what computing all of them
     * gives. A mechanism that is not row-wise cannot promise it.
     */
    @Test
    default void haltedRowsMayBeLeftOut() {
        for (Tried tried : policies()) {
            if (has(HaltingBehaviour.ROW_WISE, tried.settings())) {
                HaltingInput input = tried.draw(Seed.random("left out", 0), 3, 4);
                assertSame(
                        tried.name() + ", active rows alone",
                        run(tried, input),
                        run(tried, input, HaltingPass.Form.SKIPPING),
                        tolerance());
            }
        }
    }

    /** A policy that mixes depths gives each row what a step at its own depth gives it. */
    @Test
    default void rowsAtDifferentDepthsAreDecidedApart() {
        for (Tried tried : policies()) {
            if (!tried.policy().mixesDepths()) {
                continue;
            }
            int rows = 3 * DEPTH;
            HaltingInput input = tried.draw(Seed.random("depths", 0), rows);
            try (Session session = open()) {
                HaltingPass.define(
                        session, tried.mechanism().parameters(), Seed.random("depths", 1));
                List<Numbers> results = Bench.run(session, mixed(tried), input.tensors());
                int kinds = results.size() / DEPTH;
                for (int row = 0; row < rows; row++) {
                    int depth = 1 + row % (DEPTH - 1);
                    for (int kind = 0; kind < kinds; kind++) {
                        double[] alone = entries(results.get(depth * kinds + kind), row, rows);
                        double[] together = entries(results.get(kind), row, rows);
                        assertArrayEquals(
                                alone,
                                together,
                                tolerance(),
                                "%s: result %d of a row at depth %d among others"
                                        .formatted(tried.name(), kind, depth));
                    }
                }
            }
        }
    }

    private static double[] entries(Numbers numbers, int row, int rows) {
        int each = numbers.values().length / rows;
        return Arrays.copyOfRange(numbers.values(), row * each, (row + 1) * each);
    }

    /** Results for rows at depths 1, 2, …, D − 1, 1, … at once, then for all at depth 1, 2, …. */
    private static Program mixed(Tried tried) {
        return (ops, inputs) -> {
            List<Tensor> carry = tried.policy().begin(ops, inputs.get(0));
            Tensor index = ops.indices(inputs.get(0), 0).cast(DType.FLOAT32);
            Tensor turns = index.multiply(1.0 / (DEPTH - 1)).add(1e-3).cast(DType.INT64);
            Tensor depth =
                    ops.indices(inputs.get(0), 0)
                            .subtract(turns.multiply(DEPTH - 1))
                            .add(ops.integer(1));
            List<Tensor> depths = new ArrayList<>(List.of(depth));
            IntStream.range(1, DEPTH).forEach(d -> depths.add(ops.integer(d)));
            List<Tensor> results = new ArrayList<>();
            for (Tensor d : depths) {
                Decision decision =
                        tried.policy().step(ops, new Step(d, inputs.get(2), carry, inputs.get(1)));
                results.addAll(List.of(decision.score(), decision.halt(), decision.mass()));
                results.addAll(decision.carry());
            }
            return results;
        };
    }

    /**
     * What a causal mechanism gives a token depends on no later one; what another one gives does.
     */
    @Test
    default void tokensDoNotSeeLaterOnes() {
        for (Tried tried : policies()) {
            RandomGenerator random = Seed.random("causal", 0);
            int length = 6;
            HaltingInput input = tried.draw(random, 2, length);
            HaltingPass before = run(tried, input);
            boolean alike = true;
            for (int changed = 1; changed < length; changed++) {
                HaltingPass after = run(tried, input.redraw(random, changed));
                for (int token = 0; token < changed; token++) {
                    if (has(HaltingBehaviour.CAUSAL, tried.settings())) {
                        int at = token;
                        int later = changed;
                        assertArrayEquals(
                                before.token(token),
                                after.token(token),
                                tolerance(),
                                () ->
                                        "%s: token %d depends on token %d"
                                                .formatted(tried.name(), at, later));
                    } else {
                        alike &= Arrays.equals(before.token(token), after.token(token));
                    }
                }
            }
            assertFalse(
                    alike && !has(HaltingBehaviour.CAUSAL, tried.settings()),
                    () -> tried.name() + ": no token depends on a later one; declare CAUSAL");
        }
    }

    /** A policy can be traced: it asks for no size that varies, and reads nothing back. */
    @Test
    default void policiesCanBeTraced() {
        for (Tried tried : policies()) {
            RandomGenerator random = Seed.random("tracing", 0);
            Program program = HaltingPass.dense(tried.policy(), DEPTH, true);
            for (List<long[]> sizes :
                    List.of(
                            List.of(new long[] {2, 3}, new long[] {3, 4}),
                            List.of(new long[] {5}, new long[] {7}))) {
                List<TracingGuard.Inputs> inputs =
                        sizes.stream().map(lead -> inputs(tried.draw(random, lead))).toList();
                List<List<Long>> shapes =
                        TracingGuard.trace(
                                tried.mechanism().parameters(),
                                program,
                                inputs.get(0),
                                inputs.get(1));
                List<Long> expected = new ArrayList<>();
                IntStream.range(0, sizes.getFirst().length).forEach(_ -> expected.add(-1L));
                expected.add((long) DEPTH);
                assertEquals(expected, shapes.getLast(), () -> tried.name() + ": log q as traced");
            }
        }
    }

    private static TracingGuard.Inputs inputs(HaltingInput input) {
        return session ->
                Arrays.stream(input.tensors()).map(numbers -> numbers.on(session)).toList();
    }
}
