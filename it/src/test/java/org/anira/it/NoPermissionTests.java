package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Places where nothing may be written: below a file, and in a folder of somebody else. */
class NoPermissionTests {

    private static final String CHECK =
            " Check that its folder exists and may be written, or choose another place.";

    /** An id that owns nothing. */
    private static final String NOBODY = "65534";

    @TempDir private Path folder;

    private App app;
    private SortedMap<String, String> before;

    @BeforeEach
    void aRunAndAFile() throws IOException {
        app = App.in(folder);
        Tiny.copyTrained(folder.resolve("run"));
        Files.writeString(folder.resolve("file"), "mine");
        before = Folder.contents(folder);
    }

    @AfterEach
    void nothingIsChanged() {
        assertEquals(before, Folder.contents(folder));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    train quickstart-anira-e --out file/run | RUN-005  Cannot write 'file/run': '%s' is a file.
                    compare run --out file/comparison       | RUN-005  Cannot write 'file/comparison': '%s' is a file.
                    quickstart --out file/quickstart        | RUN-005  Cannot write 'file/quickstart': '%s' is a file.
                    """)
    void belowAFile(String words, String message) {
        app.fail(4, message.formatted(folder.resolve("file")) + CHECK, words.split(" "));
    }

    @Test
    void aLockFileBelowAFile() {
        Child child = app.run("plugins", "--lock", "file/plugins.lock");
        assertEquals(3, child.exit());
        assertEquals(
                "PLG-010  Lock file 'file/plugins.lock' cannot be written: Not a directory. Check"
                        + " that its folder exists and may be written, or choose another place.",
                child.errors().strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    eval run                        | 4 | RUN-005  Cannot write 'run/lock': permission denied.%s
                    train --resume run              | 4 | RUN-005  Cannot write 'run/lock': permission denied.%s
                    compare run --out comparison    | 4 | RUN-005  Cannot write 'comparison': permission denied.%s
                    quickstart --out quickstart     | 4 | RUN-005  Cannot write 'quickstart': permission denied.%s
                    quickstart                      | 4 | RUN-005  Cannot write 'runs/quickstart': permission denied.%s
                    """)
    void inAFolderOfSomebodyElse(String words, int exit, String message) throws IOException {
        Child child = asNobody(words.split(" "));
        assertEquals(message.formatted(CHECK), child.errors().strip());
        assertEquals(exit, child.exit());
        assertEquals("", child.output());
    }

    @Test
    void aRunThatMayNotBeRead() throws IOException {
        Files.setPosixFilePermissions(
                folder.resolve("run/config.yaml"), PosixFilePermissions.fromString("---------"));
        Child child = asNobody("eval", "run", "--no-save");
        Files.setPosixFilePermissions(
                folder.resolve("run/config.yaml"), PosixFilePermissions.fromString("rw-r--r--"));
        assertEquals(
                "RUN-004  'run/config.yaml' cannot be read: permission denied\n"
                        + "         Restore the file, or use another run.",
                child.errors().strip());
        assertEquals(4, child.exit());
    }

    /**
     * Runs a command as a user who may read this folder and not write it: another one where the
     * tests run as root, whom nothing stops, else this one, who gives up the right.
     */
    private Child asNobody(String... arguments) throws IOException {
        boolean root = "root".equals(System.getProperty("user.name"));
        Path cache = folder.resolveSibling(folder.getFileName() + "-cache");
        for (Path path : List.of(folder, folder.resolve("run"))) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        try {
            List<String> command = new ArrayList<>();
            if (root) {
                command.addAll(
                        List.of(
                                "setpriv",
                                "--reuid=" + NOBODY,
                                "--regid=" + NOBODY,
                                "--clear-groups"));
            }
            command.addAll(List.of(app.command(arguments)));
            // Whose cache it is decides nothing here: it is not needed.
            return Child.run(
                    folder,
                    app.with("XDG_CACHE_HOME", cache.toString()).environment(),
                    command.toArray(String[]::new));
        } finally {
            for (Path path : List.of(folder, folder.resolve("run"))) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
    }
}
