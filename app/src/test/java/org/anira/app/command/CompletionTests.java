package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.HashSet;
import java.util.Set;

@ExtendWith(PackagedPlugins.class)
class CompletionTests {

    private final Outcome outcome = Outcome.of("completion");

    @Test
    void theScriptIsForBash() {
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        assertTrue(outcome.out().startsWith("#!/usr/bin/env bash"), outcome.out());
        assertTrue(outcome.out().contains("complete -F _complete_anira -o default anira"));
    }

    @Test
    void itKnowsPresets() {
        assertTrue(outcome.out().contains("\"mano-nonrecurrent\""));
    }

    @Test
    void itKnowsWhatPluginsProvide() {
        for (String name : new String[] {"mano", "anira-e", "fixed", "djl", "onnx", "torch"}) {
            assertTrue(outcome.out().contains("\"" + name + "\""), name);
        }
    }

    /** A second list of the same name would take the place of the first. */
    @Test
    void noTwoListsOfACommandShareAName() {
        Set<String> names = new HashSet<>();
        for (String line : outcome.out().split("\\R")) {
            if (line.startsWith("function ")) {
                names.clear();
            } else if (line.contains("_option_args=(") || line.contains("_pos_param_args=(")) {
                assertTrue(names.add(line.strip().split("=")[0]), line);
            }
        }
    }

    @Test
    void itKnowsTheFormsOfExecution() {
        assertTrue(outcome.out().contains("(\"auto\" \"dense\" \"skipping\")"));
    }

    @Test
    void itHidesWhatIsHidden() {
        assertFalse(outcome.out().contains("--probe"));
    }
}
