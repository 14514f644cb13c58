package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Golden vectors are found where they are named, and their absence is said. */
class GoldenVectorsTests {

    private static final String ROOT = "anira.vectors";

    @TempDir private Path folder;

    private Path published(String task) {
        String before = System.getProperty(ROOT);
        System.setProperty(ROOT, folder.toString());
        try {
            return GoldenVectors.published(task);
        } finally {
            if (before == null) {
                System.clearProperty(ROOT);
            } else {
                System.setProperty(ROOT, before);
            }
        }
    }

    @Test
    void theNamedRootHoldsAFolderPerTask() throws IOException {
        Path vectors = Files.createDirectory(folder.resolve("sums"));
        assertEquals(vectors, published("sums"));
    }

    @Test
    void aMissingFolderIsAReportedSkip() {
        TestAbortedException skipped =
                assertThrows(TestAbortedException.class, () -> published("sums"));
        assertTrue(
                skipped.getMessage()
                        .contains(
                                "Skipped: no folder 'sums' with golden vectors in '%s' (-Danira.vectors)"
                                        .formatted(folder)),
                skipped.getMessage());
    }

    @Test
    void filesAreKnownAndHaveLines() throws IOException {
        Set<String> known = Set.of("a.jsonl", "b.jsonl");
        assertThrows(AssertionError.class, () -> GoldenVectors.assertKnown(folder, known));
        Files.writeString(folder.resolve("a.jsonl"), "1\n\n2\n");
        Files.writeString(folder.resolve("README.md"), "what they are");
        GoldenVectors.assertKnown(folder, known);
        assertEquals(List.of("1", "2"), GoldenVectors.lines(folder, "a.jsonl"));
        assertEquals(List.of(), GoldenVectors.lines(folder, "b.jsonl"));
        Files.writeString(folder.resolve("b.jsonl"), "\n");
        assertThrows(AssertionError.class, () -> GoldenVectors.lines(folder, "b.jsonl"));
        Files.writeString(folder.resolve("c.jsonl"), "3\n");
        assertThrows(AssertionError.class, () -> GoldenVectors.assertKnown(folder, known));
    }
}
