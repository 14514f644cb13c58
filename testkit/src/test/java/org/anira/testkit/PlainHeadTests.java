package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.anira.api.halting.Head;
import org.anira.api.tensor.DType;
import org.anira.testkit.reference.ReferenceBackend;
import org.anira.testkit.reference.ReferenceSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** The head of the api and its plain form are written apart, and agree. */
class PlainHeadTests {

    @ParameterizedTest
    @CsvSource({"8, 8, 5", "4, 1, 1", "1, 6, 3"})
    void tensorsAndPlainJavaAgree(int width, int hidden, int outputs) {
        int tokens = 6;
        RandomGenerator random = Seed.random("plain head", width);
        Head head = new Head(width, hidden, outputs, 0);
        Numbers states =
                Numbers.of(DType.FLOAT32, new long[] {2, 3, width}, _ -> random.nextGaussian());
        try (ReferenceSession session = ReferenceBackend.session()) {
            HaltingPass.define(session, head.parameters(), random);
            double[] actual =
                    Bench.run(session, (ops, x) -> List.of(head.apply(ops, x.getFirst())), states)
                            .getFirst()
                            .values();
            PlainHead plain = new PlainHead(session);
            for (int token = 0; token < tokens; token++) {
                assertArrayEquals(
                        plain.apply(states.values(), token),
                        Arrays.copyOfRange(actual, token * outputs, (token + 1) * outputs),
                        1e-12);
            }
        }
    }
}
