package org.anira.testkit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.stream.Stream;

/** Backends that are wrong on purpose fail the contract, each at the test made for it. */
class BackendContractTests {

    static List<Wrong> wrong() {
        return Stream.of(
                        WrongBackends.descriptions(),
                        WrongBackends.operations(),
                        WrongBackends.programs(),
                        WrongBackends.loops(),
                        WrongSessions.gradients(),
                        WrongSessions.updates(),
                        WrongSessions.slots(),
                        WrongSessions.ownership(),
                        WrongSessions.refusals(),
                        WrongSessions.files())
                .flatMap(List::stream)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongBackendsAreCaught(Wrong wrong) {
        wrong.assertCaught(Verdict.OfBackend.class);
    }

    @Test
    void everyTestCatchesAWrongBackend() {
        Wrong.assertEveryTestCatches(Verdict.OfBackend.class, wrong());
    }
}
