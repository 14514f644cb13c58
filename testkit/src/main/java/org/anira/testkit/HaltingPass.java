package org.anira.testkit;

import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingPolicy.Decision;
import org.anira.api.halting.HaltingPolicy.Step;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * One pass of a policy over tokens, driven by a host as small as can be: a token that halts keeps
 * its state, and is asked again all the same.
 *
 * @param halts [D − 1][tokens]: what the policy says after each step, frozen tokens included
 * @param scores [D − 1][tokens]; a token that halted repeats its last one
 * @param masses [D − 1][tokens]
 * @param logExit [tokens][D]
 */
record HaltingPass(double[][] halts, double[][] scores, double[][] masses, double[][] logExit) {

    /**
     * What a pass is given: everything for each token, row-major.
     *
     * @param lead leading axes, [B, T] or [R]
     * @param width W
     * @param h0 [tokens · W]
     * @param states [D − 1][tokens · W]: what each step would make of a token that is still active
     * @param noise [tokens], or [tokens · D] for {@link Noise#GUMBEL}
     * @param freeze whether a token that halted keeps its state
     */
    record Given(
            long[] lead,
            int width,
            double[] h0,
            double[][] states,
            double[] noise,
            boolean freeze) {

        /** Draws states from the normal law, and noise of the kind that a policy wants. */
        static Given draw(
                RandomGenerator random, long[] lead, int width, int maxDepth, Noise kind) {
            int tokens = (int) Arrays.stream(lead).reduce(1, Math::multiplyExact);
            double[][] states = new double[maxDepth - 1][];
            for (int d = 0; d < states.length; d++) {
                states[d] = normal(random, tokens * width);
            }
            double[] h0 = normal(random, tokens * width);
            return new Given(lead, width, h0, states, noise(random, kind, tokens, maxDepth), true);
        }

        private static double[] normal(RandomGenerator random, int count) {
            return IntStream.range(0, count).mapToDouble(_ -> random.nextGaussian()).toArray();
        }

        static double[] noise(RandomGenerator random, Noise kind, int tokens, int maxDepth) {
            return switch (kind) {
                case NONE -> new double[tokens];
                case UNIFORM -> IntStream.range(0, tokens).mapToDouble(_ -> open(random)).toArray();
                case GUMBEL ->
                        IntStream.range(0, tokens * maxDepth)
                                .mapToDouble(_ -> -Math.log(-Math.log(open(random))))
                                .toArray();
            };
        }

        /** Returns a number from the open interval (0, 1), exact in float32. */
        private static double open(RandomGenerator random) {
            return (random.nextInt(1 << 23) + 0.5) / (1 << 23);
        }

        int tokens() {
            return h0.length / width;
        }

        /** Returns these tokens, in this order, with other leading axes. */
        Given gather(long[] newLead, int... tokens) {
            double[][] moved =
                    Arrays.stream(states)
                            .map(state -> rows(state, tokens))
                            .toArray(double[][]::new);
            return new Given(newLead, width, rows(h0, tokens), moved, rows(noise, tokens), freeze);
        }

        private double[] rows(double[] values, int[] tokens) {
            int size = values.length / tokens();
            return Arrays.stream(tokens)
                    .boxed()
                    .flatMapToDouble(
                            token -> Arrays.stream(values, token * size, (token + 1) * size))
                    .toArray();
        }

        /** Returns these with the token's states and h0 drawn anew. */
        Given redraw(RandomGenerator random, int token) {
            double[] newH0 = h0.clone();
            double[][] newStates =
                    Arrays.stream(states).map(double[]::clone).toArray(double[][]::new);
            for (int i = token * width; i < (token + 1) * width; i++) {
                newH0[i] = random.nextGaussian();
                for (double[] state : newStates) {
                    state[i] = random.nextGaussian();
                }
            }
            return new Given(lead, width, newH0, newStates, noise, freeze);
        }

        /** Returns these with other states after the steps, and the same h0. */
        Given withStates(double[][] others) {
            return new Given(lead, width, h0, others, noise, freeze);
        }

        /**
         * Returns these without freezing: so the scores of all steps are those of one fixed
         * sequence of states.
         */
        Given running() {
            return new Given(lead, width, h0, states, noise, false);
        }

        Numbers[] inputs() {
            List<Numbers> inputs = new ArrayList<>();
            inputs.add(Numbers.floats(axes(width), h0));
            int perToken = noise.length / tokens();
            boolean one = noise.length == tokens();
            inputs.add(Numbers.floats(one ? lead : axes(perToken), noise));
            for (double[] state : states) {
                inputs.add(Numbers.floats(axes(width), state));
            }
            return inputs.toArray(Numbers[]::new);
        }

        private long[] axes(long last) {
            long[] axes = Arrays.copyOf(lead, lead.length + 1);
            axes[lead.length] = last;
            return axes;
        }
    }

    /**
     * Returns the pass as a program. Inputs are h0, the noise, and the states after each step.
     * Outputs are halt, score and mass of each step, then log q.
     */
    static Program program(HaltingPolicy policy, int maxDepth, boolean freeze) {
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
            Tensor all = scores.isEmpty() ? zero.unsqueeze(-1) : ops.concat(-1, scores);
            outputs.add(policy.logExit(ops, begun, all));
            return outputs;
        };
    }

    /** Runs a policy. */
    static HaltingPass run(Bench bench, HaltingPolicy policy, int maxDepth, Given given) {
        List<Numbers> outputs =
                bench.run(program(policy, maxDepth, given.freeze()), given.inputs());
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

    /** Defines a mechanism's parameters with numbers so wide that tokens differ in depth. */
    static void define(Bench bench, List<Parameter> parameters, RandomGenerator random) {
        for (Parameter parameter : parameters) {
            long fanIn = parameter.isMatrix() ? parameter.shape().getLast() : 1;
            double deviation = (parameter.isMatrix() ? 2 : 1) / Math.sqrt(fanIn);
            float[] values = new float[Math.toIntExact(parameter.size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * deviation);
            }
            bench.session.define(parameter, values);
        }
    }

    int maxDepth() {
        return halts.length + 1;
    }

    /** Returns the depth at which a token halts: the first step that says so, else D. */
    int depth(int token) {
        for (int d = 1; d < maxDepth(); d++) {
            if (halts[d - 1][token] != 0) {
                return d;
            }
        }
        return maxDepth();
    }

    int[] depths() {
        return IntStream.range(0, logExit.length).map(this::depth).toArray();
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
