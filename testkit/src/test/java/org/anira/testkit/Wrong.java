package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import org.anira.api.Provider;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A plug-in that is wrong on purpose.
 *
 * @param what what is wrong with it
 * @param plugin the plug-in
 * @param caughtBy the test of the contract that must fail: its method, and for a dynamic test the
 *     beginning of its name, as in {@code gradients: tanh}
 */
record Wrong(String what, Provider plugin, String caughtBy) {

    /** Fails unless the contract catches the plug-in with the test that it should, by assertion. */
    void assertCaught(Class<?> contract) {
        Verdict verdict = Verdict.of(contract, plugin);
        List<Throwable> thrown = verdict.thrownBy(caughtBy);
        assertFalse(
                thrown.isEmpty(),
                () ->
                        "%s: '%s' passes; what fails is %s"
                                .formatted(what, caughtBy, verdict.failed().keySet()));
        assertInstanceOf(AssertionError.class, thrown.getFirst(), what);
    }

    /** Fails unless every test of a contract is the one that catches some plug-in. */
    static void assertEveryTestCatches(Class<?> contract, List<Wrong> wrong) {
        Set<String> idle = new TreeSet<>(Verdict.tests(contract));
        wrong.forEach(one -> idle.remove(one.caughtBy().replaceAll(":.*", "")));
        assertEquals(Set.of(), idle, "tests that no wrong plug-in fails");
    }

    @Override
    public String toString() {
        return what;
    }
}
