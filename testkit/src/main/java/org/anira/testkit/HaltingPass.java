package org.anira.testkit;

import org.anira.api.PublicApi;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingPolicy.Decision;
import org.anira.api.halting.HaltingPolicy.Step;
import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * One pass of a policy over tokens, driven by a host as small as can be. The contract looks at
 * these, and so can tests that compare a mechanism with its equations.
 *
 * @param halts [D − 1][tokens]: 1 where the policy stops a token after a step, else 0; frozen
 *     tokens are asked as well
 * @param scores [D − 1][tokens]; a token that halted repeats its last one
 * @param masses [D − 1][tokens]
 * @param logExit [tokens][D]
 */
@PublicApi(since = "0.1")
public record HaltingPass(
        double[][] halts, double[][] scores, double[][] masses, double[][] logExit) {

    /** How the host treats tokens that have halted. */
    enum Form {
        /** They keep their state, and are asked again all the same. */
        FREEZING,
        /** They go on, so that the scores of all steps are those of one sequence of states. */
        FREE_RUNNING,
        /** They are left out: only the rows of active tokens are computed. Leading axes [B, T]. */
        SKIPPING
    }

    /**
     * Runs a policy over all D steps; a token that halts keeps its state.
     *
     * @param session where the mechanism's parameters are defined; see {@link #define}
     */
    public static HaltingPass run(
            Session session, HaltingPolicy policy, int maxDepth, HaltingInput input) {
        return run(session, policy, maxDepth, input, Form.FREEZING);
    }

    /**
     * Runs a policy over all D steps; a token that halts goes on changing its state, so that the
     * scores of all steps are those of the states that were given.
     *
     * @param session where the mechanism's parameters are defined; see {@link #define}
     */
    public static HaltingPass runFreely(
            Session session, HaltingPolicy policy, int maxDepth, HaltingInput input) {
        return run(session, policy, maxDepth, input, Form.FREE_RUNNING);
    }

    static HaltingPass run(
            Session session, HaltingPolicy policy, int maxDepth, HaltingInput input, Form form) {
        Program program =
                form == Form.SKIPPING
                        ? skipping(policy, maxDepth)
                        : dense(policy, maxDepth, form == Form.FREEZING);
        List<Numbers> outputs = Bench.run(session, program, input.tensors());
        double[][][] perStep = new double[3][maxDepth - 1][];
        for (int d = 0; d < maxDepth - 1; d++) {
            for (int kind = 0; kind < 3; kind++) {
                perStep[kind][d] = outputs.get(3 * d + kind).values();
            }
        }
        double[] flat = outputs.getLast().values();
        double[][] logExit =
                IntStream.range(0, flat.length / maxDepth)
                        .mapToObj(i -> Arrays.copyOfRange(flat, i * maxDepth, (i + 1) * maxDepth))
                        .toArray(double[][]::new);
        return new HaltingPass(perStep[0], perStep[1], perStep[2], logExit);
    }

    /**
     * Returns the dense pass as a program. Inputs are h0, the noise, and the states after each
     * step. Outputs are halt, score and mass of each step, then log q.
     */
    static Program dense(HaltingPolicy policy, int maxDepth, boolean freeze) {
        return (ops, inputs) -> {
            Tensor h0 = inputs.get(0);
            Tensor zero = h0.pick(ops.integer(0)).multiply(0);
            List<Tensor> begun = policy.begin(ops, h0);
            List<Tensor> carry = begun;
            Tensor h = h0;
            Tensor active = zero.equalTo(zero);
            Tensor score = zero;
            List<Tensor> outputs = new ArrayList<>();
            List<Tensor> scores = new ArrayList<>();
            for (int d = 1; d < maxDepth; d++) {
                Tensor candidate = inputs.get(1 + d);
                h = freeze ? candidate.where(active.unsqueeze(-1), h) : candidate;
                Decision decision =
                        policy.step(ops, new Step(ops.integer(d), h, carry, inputs.get(1)));
                score = freeze ? decision.score().where(active, score) : decision.score();
                active = active.and(decision.halt().not());
                carry = decision.carry();
                outputs.addAll(List.of(decision.halt(), score, decision.mass()));
                scores.add(score.unsqueeze(-1));
            }
            outputs.add(policy.logExit(ops, begun, together(ops, zero, scores)));
            return outputs;
        };
    }

    /** Returns the pass that leaves out what has halted; inputs and outputs as of the dense one. */
    static Program skipping(HaltingPolicy policy, int maxDepth) {
        return (ops, inputs) -> {
            Tensor h0 = inputs.get(0);
            Tensor zero = h0.pick(ops.integer(0)).multiply(0);
            List<Tensor> begun = policy.begin(ops, h0);
            List<Tensor> carry = begun;
            Tensor active = zero.equalTo(zero);
            Tensor score = zero;
            Tensor mass = zero;
            List<Tensor> outputs = new ArrayList<>();
            List<Tensor> scores = new ArrayList<>();
            for (int d = 1; d < maxDepth; d++) {
                ActiveRows rows = ops.activeRows(active);
                UnaryOperator<Tensor> gather = all -> flat(all).lookup(rows.token());
                List<Tensor> old = carry;
                Decision decision =
                        policy.step(
                                ops,
                                new Step(
                                        ops.integer(d),
                                        gather.apply(inputs.get(1 + d)),
                                        old.stream().map(gather).toList(),
                                        gather.apply(inputs.get(1))));
                score = scatter(ops, rows, score, decision.score());
                mass = scatter(ops, rows, mass, decision.mass());
                active = scatter(ops, rows, active, decision.halt().not());
                carry =
                        IntStream.range(0, old.size())
                                .mapToObj(i ->
                                        scatter(ops, rows, old.get(i), decision.carry().get(i)))
                                .toList();
                outputs.addAll(List.of(active.not(), score, mass));
                scores.add(score.unsqueeze(-1));
            }
            outputs.add(policy.logExit(ops, begun, together(ops, zero, scores)));
            return outputs;
        };
    }

    private static Tensor together(Ops ops, Tensor zero, List<Tensor> scores) {
        return scores.isEmpty() ? zero.unsqueeze(-1) : ops.concat(-1, scores);
    }

    /** Returns [B, T, …] as [B · T, …]. */
    private static Tensor flat(Tensor all) {
        long[] sizes = new long[all.rank() - 1];
        sizes[0] = -1;
        for (int axis = 1; axis < sizes.length; axis++) {
            sizes[axis] = all.size(axis + 1);
        }
        return all.reshape(sizes);
    }

    /** Returns the old values [B, T, …] with those of the rows [R, …] in their places. */
    private static Tensor scatter(Ops ops, ActiveRows rows, Tensor old, Tensor fresh) {
        return ops.concat(0, List.of(flat(old), fresh)).lookup(rows.inverse());
    }

    /**
     * Defines parameters with normal numbers, so wide that tokens differ in depth.
     *
     * @param session where they are defined; {@link Slots#read} tells the numbers
     * @param random the source of the numbers
     */
    public static void define(Session session, List<Parameter> parameters, RandomGenerator random) {
        for (Parameter parameter : parameters) {
            long fanIn = parameter.isMatrix() ? parameter.shape().getLast() : 1;
            double deviation = (parameter.isMatrix() ? 2 : 1) / Math.sqrt(fanIn);
            Numbers values =
                    Numbers.of(
                            DType.FLOAT32,
                            parameter.shape().stream().mapToLong(Long::longValue).toArray(),
                            _ -> random.nextGaussian() * deviation);
            Slots.define(session, parameter, values.narrow());
        }
    }

    /** Returns D. */
    public int maxDepth() {
        return halts.length + 1;
    }

    /** Returns the number of tokens. */
    public int tokens() {
        return logExit.length;
    }

    /** Returns the depth at which a token halts: the first step that says so, else D. */
    public int depth(int token) {
        for (int d = 1; d < maxDepth(); d++) {
            if (halts[d - 1][token] != 0) {
                return d;
            }
        }
        return maxDepth();
    }

    /** Returns the depths of all tokens. */
    public int[] depths() {
        return IntStream.range(0, tokens()).map(this::depth).toArray();
    }

    /** Returns q of a token: the exponentials of log q. */
    public double[] distribution(int token) {
        return Arrays.stream(logExit[token]).map(Math::exp).toArray();
    }

    /** Returns all that was said of a token while it was active, and of its distribution. */
    double[] token(int token) {
        return IntStream.range(1, Math.min(depth(token) + 1, maxDepth()))
                .mapToObj(d ->
                        new double[] {
                            halts[d - 1][token], scores[d - 1][token], masses[d - 1][token]
                        })
                .collect(
                        () -> new ArrayList<double[]>(List.of(logExit[token])),
                        List::add,
                        List::addAll)
                .stream()
                .flatMapToDouble(Arrays::stream)
                .toArray();
    }
}
