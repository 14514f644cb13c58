package org.anira.runtime.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.Session;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.eval.Decoder.Continuation;
import org.anira.runtime.eval.Decoder.Prompt;
import org.anira.runtime.model.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Where continuations end, and how often programs are compiled for them. */
class DecoderTests {

    private static final TinyModel TINY = TinyModel.of("anira-o", Injection.ADD, 1, true);
    private static final String RULE = TINY.model().mechanism().rules().getFirst();

    private static Prompt prompt(int length, int limit, Integer... stops) {
        int[] tokens = IntStream.range(0, length).map(i -> i == 0 ? 1 : 3 + i % 30).toArray();
        return new Prompt(tokens, limit, List.of(stops));
    }

    /** Returns a session that counts how often something is compiled on another. */
    private static Session counting(Session session, AtomicInteger compiled) {
        return (Session)
                Proxy.newProxyInstance(
                        Session.class.getClassLoader(),
                        new Class<?>[] {Session.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("compile")) {
                                compiled.incrementAndGet();
                            }
                            try {
                                return method.invoke(session, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @Test
    void programsAreCompiledOnce() {
        AtomicInteger compiled = new AtomicInteger();
        try (Session session = counting(BuiltIn.reference(), compiled)) {
            TINY.define(session, 7);
            try (Decoder decoder = Decoder.of(session, TINY.model(), RULE, true)) {
                for (int i = 0; i < 3; i++) {
                    decoder.greedy(List.of(prompt(3 + i, 4)));
                }
            }
        }
        assertEquals(2, compiled.get());
    }

    @Test
    void aContinuationEndsWithAStopTokenOrItsLimit() {
        try (Session session = BuiltIn.reference()) {
            TINY.define(session, 7);
            try (Decoder decoder = Decoder.of(session, TINY.model(), RULE, true)) {
                int[] free = decoder.greedy(List.of(prompt(5, 6))).getFirst().tokens();
                assertEquals(6, free.length);
                int stop = free[2];
                Continuation stopped = decoder.greedy(List.of(prompt(5, 6, stop))).getFirst();
                int length = 1 + Arrays.stream(free).boxed().toList().indexOf(stop);
                assertArrayEquals(Arrays.copyOf(free, length), stopped.tokens());
                assertEquals(length, stopped.depths().length);
                assertEquals(5, stopped.promptDepths().length);
            }
        }
    }

    /**
     * Pearson's χ² over five tokens rejects at a level of 0.001, with a fixed seed; it would find a
     * temperature that is 10 % off with a probability above 0.99.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2})
    void tokensAreDrawnInProportionToTheirProbability(double temperature) {
        float[] logits = {0, -1, -2, 1.5f, 0.5f, Float.NEGATIVE_INFINITY};
        double[] weights = new double[logits.length];
        for (int v = 0; v < logits.length; v++) {
            weights[v] = Math.exp(logits[v] / temperature);
        }
        double total = Arrays.stream(weights).sum();
        long[] counts = new long[logits.length];
        int n = 20_000;
        for (int i = 0; i < n; i++) {
            counts[Sampling.draw(logits, temperature, new CounterRandom(3, "draws", i))]++;
        }
        double chiSquare = 0;
        for (int v = 0; v < 5; v++) {
            double expected = n * weights[v] / total;
            chiSquare += Math.pow(counts[v] - expected, 2) / expected;
        }
        assertTrue(chiSquare < 18.47, "χ² " + chiSquare);
        assertEquals(0, counts[5], "an impossible token");
    }

    @Test
    void extremeLogitsAreDrawnFrom() {
        RandomGenerator random = new CounterRandom(3, "draws", 0);
        assertEquals(1, draw(random, 1, -3e38f, 3e38f, 0));
        assertEquals(2, draw(random, 1e-9, 0, 1, 1.0001f), "nearly greedy");
        assertEquals(0, draw(random, 1, Float.NaN, Float.NaN));
    }

    private static int draw(RandomGenerator random, double temperature, float... logits) {
        return Sampling.draw(logits, temperature, random);
    }

    private static List<RandomGenerator> randoms(Integer... indices) {
        return Arrays.stream(indices)
                .<RandomGenerator>map(i -> new CounterRandom(11, "continuations", i))
                .toList();
    }

    @Test
    void whatIsDrawnDoesNotDependOnWhatIsDrawnBesideIt() {
        try (Session session = BuiltIn.reference()) {
            TINY.define(session, 7);
            try (Decoder decoder = Decoder.of(session, TINY.model(), RULE, true)) {
                List<Prompt> prompts = List.of(prompt(5, 20), prompt(1, 25), prompt(5, 20));
                List<Continuation> together = decoder.sampled(prompts, 2, 1, randoms(0, 1, 2));
                List<Continuation> reversed =
                        decoder.sampled(prompts.reversed(), 3, 1, randoms(2, 1, 0));
                for (int b = 0; b < prompts.size(); b++) {
                    Continuation alone =
                            decoder.sampled(List.of(prompts.get(b)), 1, 1, randoms(b)).getFirst();
                    assertArrayEquals(alone.tokens(), together.get(b).tokens());
                    assertArrayEquals(alone.tokens(), reversed.get(2 - b).tokens());
                    assertArrayEquals(alone.depths(), together.get(b).depths());
                }
                assertFalse(
                        Arrays.equals(together.get(0).tokens(), together.get(2).tokens()),
                        "one prompt, two draws");
                assertArrayEquals(
                        decoder.greedy(prompts).get(1).tokens(),
                        decoder.sampled(prompts, 3, 1e-9, randoms(0, 1, 2)).get(1).tokens());
            }
        }
    }

    @Test
    void wrongRequestsAreRefused() {
        try (Session session = BuiltIn.reference()) {
            TINY.define(session, 7);
            try (Decoder decoder = Decoder.of(session, TINY.model(), RULE, true)) {
                List<Prompt> prompts = List.of(prompt(2, 3));
                for (double temperature : new double[] {0, -1, Double.NaN, 1.0 / 0}) {
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> decoder.sampled(prompts, 1, temperature, randoms(0)));
                }
                assertThrows(
                        IllegalArgumentException.class,
                        () -> decoder.sampled(prompts, 1, 1, randoms(0, 1)));
            }
        }
    }

    /** A sequence at the model's last position waits for those that go on beside it. */
    @Test
    void sequencesOfUnequalLengthsReachTheLastPosition() {
        try (Session session = BuiltIn.reference()) {
            TINY.define(session, 7);
            try (Decoder decoder = Decoder.of(session, TINY.model(), RULE, true)) {
                int most = decoder.length();
                List<Prompt> prompts = List.of(prompt(most - 2, 100), prompt(most - 9, 100));
                List<Continuation> together = decoder.greedy(prompts);
                assertEquals(2, together.get(0).tokens().length);
                assertEquals(9, together.get(1).tokens().length);
                for (int b = 0; b < prompts.size(); b++) {
                    Continuation alone = decoder.greedy(List.of(prompts.get(b))).getFirst();
                    assertArrayEquals(alone.tokens(), together.get(b).tokens());
                    assertArrayEquals(alone.depths(), together.get(b).depths());
                }
            }
        }
    }
}
