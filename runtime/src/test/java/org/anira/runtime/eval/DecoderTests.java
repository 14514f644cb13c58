package org.anira.runtime.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.tensor.Session;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.eval.Decoder.Continuation;
import org.anira.runtime.eval.Decoder.Prompt;
import org.anira.runtime.model.TinyModel;
import org.junit.jupiter.api.Test;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
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
            try (Decoder decoder = new Decoder(session, TINY.model(), RULE, true)) {
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
            try (Decoder decoder = new Decoder(session, TINY.model(), RULE, true)) {
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

    /** A sequence at the model's last position waits for those that go on beside it. */
    @Test
    void sequencesOfUnequalLengthsReachTheLastPosition() {
        try (Session session = BuiltIn.reference()) {
            TINY.define(session, 7);
            try (Decoder decoder = new Decoder(session, TINY.model(), RULE, true)) {
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
