package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.PublicApi;
import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Folders of golden vectors: lines from a reference program that a task is compared with. A few
 * lines are resources of the tests, {@code /vectors/TASK}. All of them are in the folder {@code
 * shared/vectors/TASK} beside the repository, or in the folder TASK of the root that {@code
 * -Danira.vectors} names.
 */
@PublicApi(since = "0.1")
public final class GoldenVectors {

    private GoldenVectors() {}

    /** Returns the folder of the few lines that are resources of a test class. */
    public static Path inRepository(Class<?> test, String task) {
        URL folder = Objects.requireNonNull(test.getResource("/vectors/" + task), task);
        try {
            return Path.of(folder.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the folder of all lines. Where there is none, the test is skipped and says so. */
    public static Path published(String task) {
        Optional<String> named = Optional.ofNullable(System.getProperty("anira.vectors"));
        Path root = Path.of(named.orElse("shared/vectors"));
        Optional<Path> folder =
                Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                        .map(ancestor -> ancestor.resolve(root).resolve(task))
                        .filter(Files::isDirectory)
                        .findFirst();
        if (folder.isEmpty()) {
            String where =
                    named.map("in '%s' (-Danira.vectors)"::formatted)
                            .orElse(
                                    "in 'shared/vectors' beside the repository; name another root"
                                            + " with -Danira.vectors");
            String skipped =
                    "Skipped: no folder '%s' with golden vectors %s".formatted(task, where);
            System.out.println(skipped);
            Assumptions.abort(skipped);
        }
        return folder.orElseThrow();
    }

    /**
     * Fails if a folder holds no files, or one that nothing is known of; texts that describe it
     * ({@code .md}) do not count.
     */
    public static void assertKnown(Path folder, Set<String> known) {
        Set<String> files = new TreeSet<>();
        try (Stream<Path> list = Files.list(folder)) {
            list.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".md"))
                    .forEach(files::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertFalse(files.isEmpty(), () -> "no files in " + folder);
        files.removeAll(known);
        assertTrue(files.isEmpty(), () -> "unknown files in " + folder + ": " + files);
    }

    /**
     * Returns the lines of a file that are not blank; none if there is no such file. Fails if it
     * has none.
     */
    public static List<String> lines(Path folder, String file) {
        if (!Files.exists(folder.resolve(file))) {
            return List.of();
        }
        try (Stream<String> all = Files.lines(folder.resolve(file))) {
            List<String> lines = all.filter(line -> !line.isBlank()).toList();
            assertFalse(lines.isEmpty(), () -> file + " is empty");
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
