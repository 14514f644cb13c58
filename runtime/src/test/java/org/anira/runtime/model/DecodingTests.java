package org.anira.runtime.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.tensor.Session;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.eval.Decoding;
import org.anira.runtime.eval.Predictor;
import org.anira.runtime.model.TinyModel.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Decoding with a cache, token by token, gives what one parallel pass over all tokens gives. */
class DecodingTests {

    private static final int DECODED = 64;
    private static final int[] PROMPTS = {3, 7, 1};
    private static final int[] LENGTHS =
            Arrays.stream(PROMPTS).map(prompt -> prompt + DECODED).toArray();
    private static final int LONGEST = Arrays.stream(LENGTHS).max().orElseThrow();

    /** A model on a backend, with a form of execution. */
    record Trial(Backend backend, String halting, int layers, boolean skipping) {
        @Override
        public String toString() {
            return "%s, %s, %d recurrent, %s"
                    .formatted(backend, halting, layers, skipping ? "skipping" : "dense");
        }
    }

    /** Backends that differ in kind. */
    enum Backend {
        FLOAT64 {
            @Override
            Session open() {
                return BuiltIn.reference();
            }
        },
        EAGER {
            @Override
            Session open() {
                return BuiltIn.training();
            }
        },
        TRACING {
            @Override
            Session open() {
                return BuiltIn.tracing();
            }
        };

        abstract Session open();
    }

    static Stream<Trial> trials() {
        return Stream.of(Backend.values())
                .flatMap(backend ->
                        Stream.of("anira-e", "anira-o", "fixed")
                                .flatMap(halting ->
                                        IntStream.of(1, 2)
                                                .boxed()
                                                .flatMap(layers ->
                                                        Stream.of(false, true)
                                                                .map(skip ->
                                                                        new Trial(
                                                                                backend, halting,
                                                                                layers, skip)))));
    }

    @ParameterizedTest
    @MethodSource("trials")
    void tokenByTokenEqualsInParallel(Trial trial) {
        TinyModel tiny = TinyModel.of(trial.halting(), Injection.ADD, trial.layers(), true);
        try (Session session = trial.backend().open()) {
            tiny.define(session, 7);
            List<int[]> sequences = tiny.sequences(11, LENGTHS);
            Outcome parallel = tiny.evaluate(session, sequences, LONGEST, false);
            if (tiny.model().learned()) {
                TinyModel.assertDepthsDiffer(parallel.depths(), LONGEST, LENGTHS);
            }
            String rule = tiny.model().mechanism().rules().getFirst();
            List<int[]> prompts =
                    IntStream.range(0, PROMPTS.length)
                            .mapToObj(b -> Arrays.copyOf(sequences.get(b), PROMPTS[b]))
                            .toList();
            try (Predictor predictor =
                    Predictor.compile(session, tiny.model(), rule, trial.skipping())) {
                Decoding.Start start =
                        Decoding.begin(session, tiny.model().length(), predictor, true, prompts);
                try (Decoding decoding = start.decoding()) {
                    assertPromptsSame(parallel, start.first());
                    assertSame(tiny, parallel, start.first(), 0);
                    for (int i = 0; i < DECODED; i++) {
                        int[] next = new int[PROMPTS.length];
                        for (int b = 0; b < PROMPTS.length; b++) {
                            next[b] = sequences.get(b)[PROMPTS[b] + i];
                        }
                        assertSame(tiny, parallel, decoding.next(next), i + 1);
                    }
                }
            }
        }
    }

    private static void assertPromptsSame(Outcome parallel, Decoding.Answer first) {
        for (int b = 0; b < PROMPTS.length; b++) {
            int from = b * LONGEST;
            int end = from + PROMPTS[b];
            assertArrayEquals(Arrays.copyOfRange(parallel.depths(), from, end), first.depths()[b]);
            assertArrayEquals(
                    Arrays.copyOfRange(parallel.expected(), from, end),
                    first.expectedDepths()[b],
                    1e-4f);
        }
    }

    private static void assertSame(
            TinyModel tiny, Outcome parallel, Decoding.Answer step, int decoded) {
        for (int b = 0; b < PROMPTS.length; b++) {
            int at = b * LONGEST + PROMPTS[b] - 1 + decoded;
            assertEquals(
                    parallel.depths()[at], step.depth(b), "depth of token " + decoded + " of " + b);
            assertEquals(parallel.expected()[at], step.expectedDepth(b), 1e-4f);
            assertArrayEquals(
                    Arrays.copyOfRange(
                            parallel.logits(),
                            at * tiny.vocabulary(),
                            (at + 1) * tiny.vocabulary()),
                    step.logits()[b],
                    1e-4f);
        }
    }
}
