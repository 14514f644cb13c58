package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class NewFoldersTests {

    @TempDir Path folder;

    @Test
    void numbersBeginAt1AndGoOn() {
        Path runs = folder.resolve("runs/a");

        assertEquals(runs.resolve("001"), NewFolders.next(runs));
        assertEquals(runs.resolve("002"), NewFolders.next(runs));
    }

    @Test
    void aNumberIsNotReusedBelowALargerOne() throws IOException {
        Files.createDirectories(folder.resolve("041"));
        Files.createDirectories(folder.resolve("notes"));

        assertEquals(folder.resolve("042"), NewFolders.next(folder));
    }

    @Test
    void aNamedFolderIsMadeWithThoseAboveIt() {
        Path path = folder.resolve("a/b/c");

        assertEquals(path, NewFolders.named(path, ""));
        assertTrue(Files.isDirectory(path));
    }

    @Test
    void oneThatExistsIsRefused() {
        Thrown.message(
                "RUN-001",
                () -> NewFolders.named(folder, "Go on with it."),
                "'%s' exists, and nothing is overwritten. Choose another name.".formatted(folder));
    }

    @Test
    void aLinkThatLeadsNowhereIsRefused() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        Thrown.message("RUN-001", () -> NewFolders.named(link, ""), link.toString());
    }

    @Test
    void aRunsOwnNameIsRefused() {
        RunFolder run = RunFolder.create(folder.resolve("run"));
        Path checkpoint = run.checkpoints().resolve("0000000009");
        Thrown.message("RUN-001", () -> NewFolders.named(checkpoint, ""), "a file of its own");
    }

    @Test
    void belowAFileNoneCanBeMade() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        Thrown.message("RUN-005", () -> NewFolders.named(file.resolve("a"), ""), "Cannot write");
        Thrown.message("RUN-005", () -> NewFolders.next(file.resolve("a")), "Cannot write");
    }
}
