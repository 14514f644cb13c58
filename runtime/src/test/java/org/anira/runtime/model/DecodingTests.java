package org.anira.runtime.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.tensor.Session;
import org.anira.halting.early.EarlyProvider;
import org.anira.halting.fixed.FixedProvider;
import org.anira.halting.online.OnlineProvider;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.eval.Decoding;
import org.anira.runtime.model.TinyModel.Outcome;
import org.anira.testkit.reference.ReferenceBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Decoding with a cache, token by token, gives what one parallel pass over all tokens gives. */
class DecodingTests {

    private static final int DECODED = 64;
    private static final int[] PROMPTS = {3, 7, 1};

    static Stream<Arguments> models() {
        return Stream.of(new EarlyProvider(), new OnlineProvider(), new FixedProvider())
                .flatMap(halting ->
                        IntStream.of(1, 2)
                                .boxed()
                                .flatMap(layers ->
                                        Stream.of(false, true)
                                                .map(skip ->
                                                        Arguments.of(
                                                                halting.name(),
                                                                halting,
                                                                layers,
                                                                skip))));
    }

    @ParameterizedTest(name = "{0}, {2} layers, skipping {3}")
    @MethodSource("models")
    void tokenByTokenEqualsInParallel(
            String name, HaltingProvider halting, int layers, boolean skipping) {
        TinyModel tiny = TinyModel.of(halting, Injection.ADD, layers, true);
        ReferenceBackend backend = new ReferenceBackend();
        try (Session session = backend.open(Settings.defaults(backend.options()))) {
            tiny.define(session, 7);
            int[] lengths = Arrays.stream(PROMPTS).map(n -> n + DECODED).toArray();
            int longest = Arrays.stream(lengths).max().orElseThrow();
            List<int[]> sequences = tiny.sequences(11, lengths);
            Outcome parallel = tiny.evaluate(session, sequences, longest, false);

            long live = session.liveTensors();
            String rule = tiny.model().mechanism().rules().getFirst();
            List<int[]> prompts =
                    IntStream.range(0, PROMPTS.length)
                            .mapToObj(b -> Arrays.copyOf(sequences.get(b), PROMPTS[b]))
                            .toList();
            Decoding.Begun begun = Decoding.begin(session, tiny.model(), rule, skipping, prompts);
            try (Decoding decoding = begun.decoding()) {
                assertSame(tiny, parallel, longest, begun.first(), 0);
                for (int i = 0; i < DECODED; i++) {
                    int[] next = new int[PROMPTS.length];
                    for (int b = 0; b < PROMPTS.length; b++) {
                        next[b] = sequences.get(b)[PROMPTS[b] + i];
                    }
                    assertSame(tiny, parallel, longest, decoding.next(next), i + 1);
                }
            }
            assertEquals(live, session.liveTensors(), "tensors alive after decoding");
        }
    }

    private static void assertSame(
            TinyModel tiny, Outcome parallel, int length, Decoding.Step step, int decoded) {
        for (int b = 0; b < PROMPTS.length; b++) {
            int at = b * length + PROMPTS[b] - 1 + decoded;
            assertEquals(
                    parallel.depths()[at],
                    step.depths()[b],
                    "depth of token " + decoded + " of " + b);
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
