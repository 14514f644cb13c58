package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Streams that lead nowhere, or are closed. */
class StandardOutputTests {

    @TempDir private Path folder;

    /** Runs a script in which {@code anira} starts the application. */
    private Child shell(String script) {
        String prefix = "anira() { /bin/bash '%s' \"$@\"; }\n".formatted(Distribution.LAUNCHER);
        return Child.run(folder, App.in(folder).environment(), "/bin/bash", "-c", prefix + script);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "sample mano --json", "plugins", "completion"})
    void resultsThatDoNotFitAreAnError(String words) {
        Child child = shell("anira %s >/dev/full".formatted(words));

        assertEquals(4, child.exit(), child::errors);
        assertTrue(
                child.errors()
                        .startsWith(
                                "RUN-005  Cannot write the results to standard output: No space"
                                        + " left on device."),
                child::errors);
    }

    @Test
    void resultsForAClosedStreamAreAnErrorAndGoIntoNoFile() throws IOException {
        String training =
                String.join(
                        " ", Tiny.train("training.steps=2", "training.batch=2", "--out", "run"));

        Child child = shell("anira %s >&-".formatted(training));

        assertAll(
                () -> assertEquals(4, child.exit(), child::errors),
                () -> assertTrue(child.errors().contains("\nRUN-005  Cannot"), child::errors),
                () ->
                        assertEquals(
                                "done",
                                Documents.of(folder.resolve("run/status.json"))
                                        .get("state")
                                        .asString()));
        for (String file : Folder.contents(folder.resolve("run")).keySet()) {
            Path path = folder.resolve("run").resolve(file);
            assertFalse(
                    Files.isRegularFile(path)
                            && Files.readString(path, ISO_8859_1).contains("decisions/token"),
                    file);
        }
    }

    @Test
    void whatAPluginPrintsIsNotAmongTheResults() {
        PluginJar.halfway()
                .replace(
                        "public HalfwayProvider() {}",
                        "public HalfwayProvider() { System.out.println(\"hello\");"
                                + " System.out.close(); System.err.close(); }")
                .write(folder.resolve("plugins/halfway.jar"));

        Child child = App.in(folder).succeed("list", "halting", "--json", "--plugins", "plugins");

        assertAll(
                () ->
                        assertEquals(
                                List.of("anira-e", "anira-o", "fixed", "halfway"),
                                Documents.texts(
                                        Documents.of(child.output()).get("halting"), "name")),
                () -> assertTrue(child.errors().contains("hello\n"), child::errors));
    }

    @Test
    void aReaderThatGoesAwayIsNoError() {
        Child child = shell("{ anira sample mano --n 100000; echo $? >code; } | head -n 1");

        assertEquals("", child.errors());
        assertEquals("141\n", Documents.text(folder.resolve("code")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2>/dev/full", "2>&-", "2>&- <&-"})
    void aTrainingGoesOnWithoutItsProgress(String streams) {
        String training =
                String.join(
                        " ", Tiny.train("training.steps=2", "training.batch=2", "--out", "run"));

        Child child = shell("anira %s %s".formatted(training, streams));

        assertEquals(0, child.exit());
        assertTrue(child.output().startsWith("point "), child::output);
    }

    @Test
    void muchOutputArrivesWhole() throws IOException {
        Child child =
                shell(
                        "anira sample mano --n 20000 >file; anira sample mano --n 20000 | { sleep"
                                + " 1; cat; } >piped");

        assertEquals(0, child.exit(), child::errors);
        assertTrue(Files.size(folder.resolve("file")) > 1 << 20);
        assertEquals(-1, Files.mismatch(folder.resolve("file"), folder.resolve("piped")));
    }

    /** What needs no plug-ins must not look at them, at home, or at caches. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--version",
                "--help",
                "train --help",
                "help eval",
                "list presets",
                "describe preset mano-fixed"
            })
    void whatNeedsNoPluginsOpensNone(String words) {
        Child child =
                shell(
                        "unset XDG_CACHE_HOME; export HOME=/proc/nowhere"
                                + " ANIRA_PLUGINS=/nowhere; anira "
                                + words);

        assertEquals(0, child.exit(), child::errors);
        assertEquals("", child.errors());
    }

    @Test
    void withoutAHomeItStartsToo() {
        assertEquals(0, shell("unset XDG_CACHE_HOME HOME; anira list tasks").exit());
    }
}
