package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What {@code anira list runs} says of odd folders. */
class ListRunsTests {

    @TempDir private Path folder;

    private Outcome list(Path runs, String... more) {
        String[] words = {"list", "runs", "--runs", runs.toString()};
        return Outcome.of(List.of(words, more).stream().flatMap(Stream::of).toArray(String[]::new));
    }

    private void damagedRun(String name) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve(name)).resolve("status.json"), "{");
    }

    @Test
    void aFolderThatIsNotThereIsAnError() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        for (Path runs : List.of(folder.resolve("none"), file)) {
            Outcome outcome = list(runs);

            assertEquals(ExitCode.DATA, outcome.code());
            assertEquals(
                    "RUN-003  There is no folder '%s' to look for runs in. Choose another with --runs."
                            .formatted(runs),
                    outcome.err().strip());
        }
    }

    @Test
    void anEmptyFolderHasNoRuns() {
        assertEquals(ExitCode.DONE, list(folder).code());
    }

    @Test
    void whatIsUnknownOfADamagedRunIsNoValueInTheDocument() throws IOException {
        damagedRun("run");

        Map<?, ?> run =
                (Map<?, ?>) ((List<?>) list(folder, "--json").json().get("runs")).getFirst();
        assertEquals("damaged", run.get("state"));
        assertNull(run.get("step"));
        assertNull(run.get("changed"));
    }

    @Test
    void aNameWithALineBreakStaysOnItsLine() throws IOException {
        damagedRun("two\nlines");

        Outcome outcome = list(folder);
        assertEquals(2, outcome.out().lines().count(), outcome.out());
        assertTrue(outcome.out().contains("two?lines"), outcome.out());
    }
}
