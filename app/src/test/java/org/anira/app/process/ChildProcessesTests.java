package org.anira.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Commands in other processes. The tests have no launcher, so Java is started itself. */
class ChildProcessesTests {

    @Test
    void withoutALauncherJavaIsStartedWithTheSameModules() {
        List<String> words = ChildProcesses.command(List.of("plugins", "--json"));

        assertEquals(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                words.getFirst());
        assertTrue(words.contains("--module-path"), words.toString());
        assertEquals(
                List.of("org.anira.app/org.anira.app.Main", "plugins", "--json"),
                words.subList(words.size() - 3, words.size()));
    }

    @Test
    void resultsMessagesAndExitCodeAreTheChilds() throws InterruptedException {
        ChildProcesses.End end =
                ChildProcesses.run(List.of("list", "presets", "-v"), Duration.ofMinutes(2));

        assertEquals(Optional.of(ExitCode.DONE), end.code(), end.messages().toString());
        assertTrue(end.output().contains("mano-anira-o"), end.output());
    }

    @Test
    void messagesAreReadLineByLine() throws InterruptedException {
        ChildProcesses.End end = ChildProcesses.run(List.of("trian"), Duration.ofMinutes(2));

        assertEquals(Optional.of(ExitCode.USAGE), end.code());
        assertEquals(2, end.messages().size(), end.messages().toString());
    }

    @Test
    void aChildThatTakesTooLongIsEnded() throws InterruptedException {
        ChildProcesses.End end = ChildProcesses.run(List.of("plugins"), Duration.ZERO);

        assertEquals(Optional.empty(), end.code());
    }
}
