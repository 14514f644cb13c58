package org.anira.app.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.anira.app.Mutants;
import org.anira.app.PackagedPlugins;
import org.anira.app.preset.Presets;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/** Damaged experiments and grammars are refused in words. */
@ExtendWith(PackagedPlugins.class)
class DamagedSettingsTests {

    @TempDir Path folder;

    @Test
    void damagedExperiments() throws IOException {
        Path file = folder.resolve("mine.yaml");
        new Mutants(
                        Presets.text("quickstart-anira-o").getBytes(UTF_8),
                        "&a ",
                        "*a",
                        "!!int ",
                        "? ",
                        "- ",
                        "<<: ",
                        "---\n",
                        "\t",
                        "{{{{{{{{{{{{{{{{{{{{")
                .hold(
                        file,
                        folder,
                        Set.of(ExitCode.USAGE, ExitCode.PLUGIN),
                        "validate",
                        file.toString());
    }

    @Test
    void damagedGrammars() throws IOException {
        Path file = folder.resolve("mine.grammar");
        String grammar =
                """
                # two levels
                terminals: left right   # their order
                S -> A B | B A | A A A
                A -> left right | right left
                B -> right right
                """;
        new Mutants(grammar.getBytes(UTF_8), " -> ", " | ", "S", "A", "terminals:", "EOS", "\n")
                .hold(
                        file,
                        folder,
                        Set.of(ExitCode.DATA),
                        "sample",
                        "lano",
                        "grammar=" + file,
                        "--features");
    }
}
