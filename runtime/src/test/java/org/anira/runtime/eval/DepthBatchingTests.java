package org.anira.runtime.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.halting.Noise;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.eval.Decoder.Continuation;
import org.anira.runtime.eval.Decoder.Prompt;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.model.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Decoding at different depths side by side gives what decoding in lock step gives. */
class DepthBatchingTests {

    private static final int VOCABULARY = 40;
    private static final int LENGTH = 60;

    /** A model, small but with everything that may matter. */
    record Shape(
            String halting,
            boolean mixing,
            int depth,
            int prelude,
            int recurrent,
            int coda,
            Injection injection,
            boolean tied) {

        TinyModel model() {
            HaltingProvider provider = BuiltIn.halting(halting);
            HaltingMechanism mechanism =
                    provider.create(16, depth, Settings.defaults(provider.options()));
            ModelSettings settings =
                    new ModelSettings(
                            16,
                            2,
                            32,
                            depth,
                            prelude,
                            recurrent,
                            coda,
                            injection,
                            tied,
                            1e-5,
                            10000,
                            Precision.FLOAT32);
            return new TinyModel(
                    new RecurrentTransformer(
                            settings,
                            VOCABULARY,
                            LENGTH,
                            mixing ? mechanism : new OneDepth(mechanism)),
                    VOCABULARY);
        }
    }

    static Stream<Shape> shapes() {
        return Stream.of(
                new Shape("anira-o", true, 6, 1, 1, 1, Injection.ADD, true),
                new Shape("anira-e", true, 6, 1, 2, 1, Injection.CONCAT, true),
                new Shape("fixed", true, 4, 1, 1, 1, Injection.NONE, true),
                new Shape("anira-o", false, 6, 2, 1, 0, Injection.ADD, true),
                new Shape("anira-e", false, 5, 0, 1, 2, Injection.ADD, true),
                new Shape("anira-o", true, 6, 0, 2, 0, Injection.CONCAT, false),
                new Shape("anira-e", true, 4, 1, 1, 1, Injection.NONE, false),
                new Shape("anira-o", true, 1, 1, 1, 1, Injection.ADD, true),
                new Shape("fixed", false, 1, 0, 1, 1, Injection.ADD, false),
                new Shape("anira-e", true, 2, 1, 1, 1, Injection.ADD, true));
    }

    /** Continuations, and the logits from which each token was drawn. */
    private record Outcome(List<Continuation> continuations, List<List<float[]>> logits) {}

    private static Outcome decoded(Way way, List<Prompt> prompts, int rows, boolean drawing) {
        List<CounterRandom> randoms = Decoder.randoms(5, "draws", 0, prompts.size());
        List<List<float[]>> logits = new ArrayList<>();
        prompts.forEach(_ -> logits.add(new ArrayList<>()));
        List<Continued> sequences =
                prompts.stream().map(prompt -> new Continued(prompt, LENGTH)).toList();
        way.decode(
                sequences,
                rows,
                drawing,
                (i, likeliest, given) -> {
                    logits.get(i).add(given);
                    return drawing ? Sampling.draw(given, 1, randoms.get(i)) : likeliest;
                });
        return new Outcome(sequences.stream().map(Continued::continuation).toList(), logits);
    }

    /** Prompts of different lengths, limits and stops; the last reach the last position. */
    private static List<Prompt> prompts(TinyModel tiny, int seed) {
        CounterRandom random = new CounterRandom(seed, "prompts", 0);
        int[] lengths =
                IntStream.concat(
                                IntStream.range(0, 9).map(_ -> 1 + random.nextInt(12)),
                                IntStream.of(1, LENGTH - 3, LENGTH))
                        .toArray();
        return tiny.sequences(seed, lengths).stream()
                .map(tokens ->
                        new Prompt(
                                tokens,
                                1 + random.nextInt(14),
                                random.nextInt(3) == 0
                                        ? List.of()
                                        : List.of(random.nextInt(VOCABULARY), 7)))
                .toList();
    }

    private static void assertSame(Outcome expected, Outcome actual, double tolerance) {
        for (int i = 0; i < expected.continuations().size(); i++) {
            Continuation one = expected.continuations().get(i);
            Continuation other = actual.continuations().get(i);
            assertArrayEquals(one.promptDepths(), other.promptDepths(), "prompt " + i);
            assertArrayEquals(one.tokens(), other.tokens(), "sequence " + i);
            assertArrayEquals(one.depths(), other.depths(), "sequence " + i);
            assertArrayEquals(one.expectedDepths(), other.expectedDepths(), (float) tolerance);
            assertArrayEquals(
                    one.promptExpectedDepths(), other.promptExpectedDepths(), (float) tolerance);
            for (int n = 0; n < one.tokens().length; n++) {
                assertArrayEquals(
                        expected.logits().get(i).get(n),
                        actual.logits().get(i).get(n),
                        (float) tolerance,
                        "token " + n + " of sequence " + i);
            }
        }
    }

    private static void assertLockStepIsEqual(Session session, Shape shape, double tolerance) {
        TinyModel tiny = shape.model();
        RecurrentTransformer model = tiny.model();
        String rule = model.mechanism().rules().getLast();
        tiny.define(session, 7);
        List<Prompt> prompts = prompts(tiny, shape.hashCode() & 0xFFFF);
        try (Way lockStep =
                        new LockStep(
                                session, LENGTH, Predictor.compile(session, model, rule, true));
                Way batching = new DepthBatching(session, model, rule)) {
            for (boolean drawing : new boolean[] {true, false}) {
                Outcome expected = decoded(lockStep, prompts, prompts.size(), drawing);
                if (model.learned() && shape.depth() > 2) {
                    assertDepthsDiffer(expected);
                }
                for (int rows : new int[] {prompts.size(), 3, 1}) {
                    long live = session.liveTensors();
                    assertSame(expected, decoded(batching, prompts, rows, drawing), tolerance);
                    long more = session.liveTensors() - live;
                    assertEquals(0, rows == 1 ? more : 0, "tensors left alive");
                }
            }
        }
    }

    private static void assertDepthsDiffer(Outcome outcome) {
        Set<Integer> depths = new TreeSet<>();
        outcome.continuations().forEach(each -> Arrays.stream(each.depths()).forEach(depths::add));
        assertTrue(depths.size() >= 3, "depths " + depths);
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void inFloat64(Shape shape) {
        try (Session session = BuiltIn.reference()) {
            assertLockStepIsEqual(session, shape, 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void inPlace(Shape shape) {
        try (Session session = BuiltIn.training()) {
            assertTrue(session.overwritesInPlace());
            assertLockStepIsEqual(session, shape, 1e-3);
        }
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void traced(Shape shape) {
        try (Session session = BuiltIn.tracing()) {
            assertLockStepIsEqual(session, shape, 1e-3);
        }
    }

    /** Pages double now and then; between that, a token leaves no tensor behind. */
    @Test
    void liveTensorsAreFlatPerToken() {
        Shape shape = shapes().findFirst().orElseThrow();
        TinyModel tiny = shape.model();
        try (Session session = BuiltIn.training()) {
            tiny.define(session, 7);
            List<Continued> sequences =
                    tiny.sequences(3, 2, 5, 9).stream()
                            .map(tokens -> new Continued(new Prompt(tokens, 50, List.of()), LENGTH))
                            .toList();
            Set<Long> live = new HashSet<>();
            try (Way way = new DepthBatching(session, tiny.model(), "median")) {
                way.decode(
                        sequences,
                        3,
                        false,
                        (_, likeliest, _) -> {
                            live.add(session.liveTensors());
                            return Math.max(3, likeliest);
                        });
            }
            assertEquals(1, live.size(), "live tensors at the tokens: " + live);
        }
    }

    /** A mechanism that takes rows of one depth only, and refuses others. */
    private record OneDepth(HaltingMechanism all) implements HaltingMechanism {

        @Override
        public List<Parameter> parameters() {
            return all.parameters();
        }

        @Override
        public Set<HaltingBehaviour> behaviours() {
            return all.behaviours();
        }

        @Override
        public List<String> rules() {
            return all.rules();
        }

        @Override
        public HaltingPolicy training() {
            return all.training();
        }

        @Override
        public HaltingPolicy inference(String rule) {
            HaltingPolicy policy = all.inference(rule);
            return new HaltingPolicy() {
                @Override
                public Noise noise() {
                    return policy.noise();
                }

                @Override
                public List<Tensor> begin(Ops ops, Tensor h0) {
                    return policy.begin(ops, h0);
                }

                @Override
                public Decision step(Ops ops, Step step) {
                    assertEquals(0, step.depth().rank(), "the depth is a scalar");
                    return policy.step(ops, step);
                }

                @Override
                public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
                    return policy.logExit(ops, carry, scores);
                }
            };
        }
    }
}
