package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Names that are not ASCII in every locale. Commands are given by a shell, whose words are the
 * bytes that it reads: tests themselves may run where Java knows ASCII alone.
 */
class LocaleTests {

    /** As bytes of UTF-8 in the syntax of bash. */
    private static final String UMLAUTS = "gr$'\\303\\266\\303\\237'e";

    /** A name in Latin-1. */
    private static final String NO_TEXT = "gr$'\\366'n";

    @TempDir private Path folder;

    @BeforeEach
    void anExperiment() throws IOException {
        Tiny.copyTrained(folder.resolve("run"));
        Files.copy(folder.resolve("run/config.yaml"), folder.resolve("plain.yaml"));
        assertEquals(
                0,
                shell("", "mkdir %1$s && cp plain.yaml %1$s/%1$s.yaml".formatted(UMLAUTS)).exit());
    }

    /** Runs a script in which {@code anira} starts the application. */
    private Child shell(String variables, String script) {
        App app = App.in(folder);
        // The options that other tests give to Java name a home, in place of HOME.
        String prefix =
                "export HOME=/nowhere ANIRA_JAVA_OPTS=-XX:TieredStopAtLevel=1\n"
                        + "anira() { env %s /bin/bash '%s' \"$@\"; }\n"
                                .formatted(variables, Distribution.LAUNCHER);
        return Child.run(folder, app.environment(), "/bin/bash", "-c", prefix + script);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LC_ALL=C",
                "LC_ALL=POSIX",
                "-u LC_ALL",
                "LANG=de_DE.ISO-8859-1",
                "LANG=C.UTF-8 LC_TIME=xx_XX.UTF-8",
                "LC_ALL=C.UTF-8"
            })
    void argumentsNameFiles(String variables) {
        Child child = shell(variables, "anira validate %1$s/%1$s.yaml".formatted(UMLAUTS));

        assertEquals(0, child.exit(), child::errors);
    }

    @Test
    void aRunIsMadeInTheCurrentFolder() {
        Child child =
                shell(
                        "LC_ALL=C",
                        "cd %s && anira %s"
                                .formatted(
                                        UMLAUTS,
                                        String.join(
                                                " ",
                                                Tiny.train("training.steps=2", "--out", "new"))));

        assertEquals(0, child.exit(), child::errors);
        assertEquals(0, shell("", "test -e %s/new/status.json".formatted(UMLAUTS)).exit());
        assertEquals(3, Folder.names(folder).size(), "the current folder, the run and a file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HOME", "ANIRA_PLUGINS", "XDG_CACHE_HOME", "TMPDIR"})
    void variablesNameFolders(String variable) {
        Child child = shell("LC_ALL=C %s=$PWD/%s".formatted(variable, UMLAUTS), "anira list tasks");

        assertEquals(0, child.exit(), child::errors);
        assertTrue(child.output().contains("mano"), child::output);
    }

    @Test
    void otherProcessesAreStartedWithTheSameWords() {
        Child child =
                shell(
                        "LC_ALL=C XDG_CACHE_HOME=$PWD/" + UMLAUTS,
                        "cd %1$s && mkdir more-%1$s && anira doctor --plugins more-%1$s"
                                .formatted(UMLAUTS));

        assertEquals(0, child.exit(), child::errors);
        assertTrue(child.output().matches("(?s).*backend onnx +ok .*"), child::output);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    A=                | train plain.yaml --out %s         | The argument
                    A=                | validate %s                       | The argument
                    HOME=/x/%s        | list presets                      | The home folder
                    ANIRA_PLUGINS=%s  | list presets                      | ANIRA_PLUGINS
                    XDG_CACHE_HOME=%s | list presets                      | XDG_CACHE_HOME
                    A=                | -C list presets                   | The current folder
                    """)
    void whatIsNoTextIsRefused(String variables, String words, String what) {
        List<String> before = Folder.names(folder);
        String start =
                words.startsWith("-C ")
                        ? "mkdir ../%1$s-$$ && cd ../%1$s-$$ && anira %2$s; code=$?; rmdir"
                                + " ../%1$s-$$; exit $code"
                        : "anira %2$s";
        Child child =
                shell(
                        variables.formatted(NO_TEXT),
                        start.formatted(NO_TEXT, words.replace("-C ", "").formatted(NO_TEXT)));

        assertAll(
                () -> assertEquals(2, child.exit(), child::errors),
                () ->
                        assertTrue(
                                child.errors().startsWith("CFG-009  " + what + ", '"),
                                child::errors),
                () -> assertEquals("", child.output()),
                () -> assertEquals(before, Folder.names(folder)));
    }

    @Test
    void aFolderThatIsGoneIsRefused() {
        Child child = shell("A=", "mkdir gone && cd gone && rmdir ../gone && anira list presets");

        assertEquals(2, child.exit());
        assertTrue(
                child.errors()
                        .endsWith(
                                "CFG-009  The current folder does not exist any more. Change into"
                                        + " another one.\n"),
                child::errors);
    }

    @Test
    void aFolderOfAniraWithAColonIsRefused() {
        Child child =
                shell(
                        "A=",
                        "mkdir -p a:b/bin && cp '%s'/bin/* a:b/bin && a:b/bin/anira list presets"
                                .formatted(Distribution.HOME));

        assertEquals(2, child.exit(), child::errors);
        assertTrue(child.errors().startsWith("CFG-009  The folder of anira, '"), child::errors);
    }

    /** Java itself, without the launcher, in a locale of ASCII. */
    @Test
    void withoutTheLauncherTheRemedyIsALocale() {
        Child child =
                shell(
                        "",
                        "LC_ALL=C '%s/bin/java' --module-path '%s' --module org.anira.app/org.anira.app.Main validate %s"
                                .formatted(
                                        System.getProperty("java.home"),
                                        Distribution.LIBRARIES,
                                        UMLAUTS));

        assertEquals(2, child.exit(), child::errors);
        assertTrue(child.errors().startsWith("CFG-009  The argument, 'gr"), child::errors);
        assertTrue(child.errors().contains("as in: LC_ALL=C.UTF-8 anira …"), child::errors);
    }
}
