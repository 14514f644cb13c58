package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A folder full of plug-ins of which each is broken in another way: each says why, and none stops a
 * sound one.
 */
class BrokenPluginTests {

    /** Where the class file says for which Java it was compiled. */
    private static final int CLASS_FILE_VERSION = 7;

    @TempDir private static Path folder;

    private static App app;

    /** By the name of the file or folder. */
    private static Map<String, JsonNode> plugins;

    @BeforeAll
    static void makeThem() throws IOException {
        Path jars = folder.resolve("plugins");
        PluginJar sound = PluginJar.halfway();
        sound.write(jars.resolve("halfway.jar"));

        Files.writeString(jars.resolve("empty.jar"), "");
        Files.writeString(jars.resolve("text.jar"), "not a jar");
        sound.without("module-info.java").write(jars.resolve("classpath.jar"));
        sound.named("unmarked")
                .replace("@org.anira.api.AniraPlugin(id = \"unmarked\", api = \"0.1\")", "")
                .write(jars.resolve("unmarked.jar"));
        Files.createDirectory(jars.resolve("nothing"));
        sound.named("later")
                .replace("api = \"0.1\"", "api = \"9.1\"")
                .write(jars.resolve("later.jar"));
        sound.named("nameless")
                .replace("id = \"nameless\"", "id = \"Name Less\"")
                .write(jars.resolve("nameless.jar"));
        sound.named("useless")
                .replace(
                        """
                            provides org.anira.api.halting.HaltingProvider with
                                    org.example.useless.HalfwayProvider;
                        """,
                        "")
                .write(jars.resolve("useless.jar"));
        sound.named("throwing")
                .replace(
                        "public HalfwayProvider() {}",
                        "public HalfwayProvider() { throw new IllegalStateException(\"no luck\");"
                                + " }")
                .write(jars.resolve("throwing.jar"));
        sound.named("twin").write(jars.resolve("twin-one.jar"));
        sound.named("twin").write(jars.resolve("twin-other.jar"));
        sound.named("needy")
                .replace(
                        "requires org.anira.api;",
                        "requires org.anira.api;\n    requires java.sql;")
                .write(jars.resolve("needy.jar"));
        changeModuleInfo(
                jars.resolve("needy.jar"),
                bytes ->
                        new String(bytes, ISO_8859_1)
                                .replace("java.sql", "acme.sql")
                                .getBytes(ISO_8859_1));
        sound.named("newer").write(jars.resolve("newer.jar"));
        changeModuleInfo(
                jars.resolve("newer.jar"),
                bytes -> {
                    bytes[CLASS_FILE_VERSION] = 99;
                    return bytes;
                });

        app = App.in(folder).with("ANIRA_PLUGINS", "plugins").with("LC_ALL", "C.UTF-8");
        plugins = new HashMap<>();
        for (JsonNode plugin :
                Documents.of(app.succeed("plugins", "--json").output()).get("plugins")) {
            plugins.put(Path.of(plugin.get("path").asString()).getFileName().toString(), plugin);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    empty.jar      | PLG-007 | 'plugins/empty.jar' is empty. Copy or build it again.
                    text.jar       | PLG-007 | 'plugins/text.jar' is not a jar that can be read (zip END header not found). Copy or build it again.
                    classpath.jar  | PLG-007 | 'plugins/classpath.jar' is not modular: it has no module-info.class. A plug-in is a modular jar; a library that a plug-in needs goes beside it into a folder 'plugins/<name>/'.
                    unmarked.jar   | PLG-007 | Module 'org.example.unmarked' in 'plugins/unmarked.jar' is not a plug-in: its module-info has no @AniraPlugin(id = …, api = "0.1").
                    nothing        | PLG-007 | Plug-in folder 'plugins/nothing' holds no plug-in: it has no jar. Put the plug-in's jar there.
                    later.jar      | PLG-003 | Plugin 'later' 1.2 was built for API 9.1, but API 0.1 is running.#Use a plugin for API 0.x up to 0.1, or a newer anira.
                    nameless.jar   | PLG-008 | Id 'Name Less' of the plug-in in 'plugins/nameless.jar' is not of the form [a-z][a-z0-9-]{0,62}. Change it in @AniraPlugin.
                    useless.jar    | PLG-002 | Plugin jar 'plugins/useless.jar' provides no task, halting mechanism or backend.#Found module: org.example.useless@1.2. Is 'provides … with …' in its module-info?
                    needy.jar      | PLG-006 | Plugin 'needy' needs Java module 'acme.sql', which is in none of: its folder, the host. Put its jar beside the plug-in's, in a folder 'plugins/needy/'.
                    newer.jar      | PLG-009 | 'plugins/newer.jar' was compiled for Java 55, but Java 25 is running. Run anira on Java 55, or use a jar for Java 25.
                    """)
    void theListSaysWhyOneCannotBeUsed(String name, String code, String reason) {
        JsonNode plugin = plugins.get(name);
        assertEquals("failed", plugin.get("state").asString());
        assertEquals(code, plugin.get("code").asString());
        assertEquals(reason.replace("#", "\n"), plugin.get("reason").asString());
    }

    @Test
    void theListNamesBothOfTwoWithOneId() {
        assertEquals(
                "'twin' is provided twice with ranking 0 and version 1.2: plugins/twin-one.jar and"
                        + " plugins/twin-other.jar.\n"
                        + "Remove one, or give one a higher ranking.",
                plugins.get("twin-one.jar").get("reason").asString());
        assertEquals("PLG-004", plugins.get("twin-other.jar").get("code").asString());
    }

    @Test
    void theListSaysWhatOthersWillFindWhenTheyStartOne() {
        JsonNode plugin = plugins.get("throwing.jar");
        assertEquals("failed", plugin.get("state").asString());
        assertEquals("PLG-005", plugin.get("code").asString());
    }

    @Test
    void theListForPeopleHasTheReasonsToo() {
        String output = app.succeed("plugins").output();
        assertTrue(
                output.contains(
                        "\n"
                                + "empty: PLG-007  'plugins/empty.jar' is empty. Copy or build it"
                                + " again.\n"),
                output);
    }

    @Test
    void theSoundOnesAreListed() {
        assertEquals(
                List.of("anira-e", "anira-o", "fixed", "halfway", "twin", "twin"),
                Documents.texts(
                        Documents.of(app.succeed("list", "halting", "--json").output())
                                .get("halting"),
                        "name"));
    }

    @Test
    void aSoundOneCanBeUsed() {
        app.succeed("validate", "quickstart-anira-e", "--halting", "halfway");
    }

    @ParameterizedTest(name = "--halting {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    later      | PLG-003  option '--halting later': Plugin 'later' 1.2 was built for API 9.1, but API 0.1 is running.
                    needy      | PLG-006  option '--halting needy': Plugin 'needy' needs Java module 'acme.sql', which is in none of: its folder, the host.
                    throwing   | PLG-005  option '--halting throwing': Plugin 'throwing' failed to start: illegal state: no luck
                    twin       | PLG-004  option '--halting twin': 'twin' is provided twice with ranking 0 and version 1.2: plugins/twin-one.jar and plugins/twin-other.jar.
                    newer      | PLG-009  option '--halting newer': 'plugins/newer.jar' was compiled for Java 55, but Java 25 is running.
                    useless    | PLG-002  option '--halting useless': Plugin jar 'plugins/useless.jar' provides no task, halting mechanism or backend.
                    empty      | PLG-007  option '--halting empty': 'plugins/empty.jar' is empty. Copy or build it again.
                    """)
    void askedForByNameItSaysWhyNot(String name, String message) {
        Child child = app.run("train", "quickstart-anira-e", "--halting", name);
        assertTrue(child.errors().startsWith(message), child::errors);
        assertEquals(3, child.exit());
        assertEquals("", child.output());
        assertTrue(Files.notExists(folder.resolve("runs")));
    }

    @Test
    void anUnknownNameIsSaidToBePerhapsInOneThatFailed() {
        Child child = app.run("describe", "halting", "halfwya");
        assertTrue(
                child.errors()
                        .startsWith(
                                """
                                PLG-001  Unknown halting mechanism 'halfwya'. Did you mean 'halfway'?
                                         Available: anira-e, anira-o, fixed, halfway, twin. More: anira list halting
                                """),
                child::errors);
        assertTrue(
                child.errors()
                        .contains(
                                "It may be in a plugin that failed: PLG-007 'plugins/empty.jar' is"
                                        + " empty."),
                child::errors);
        assertEquals(3, child.exit());
    }

    @Test
    void aJarThatIsNotTheLockedOneIsRefused(@TempDir Path locked) {
        Path jar = PluginJar.halfway().write(locked.resolve("plugins/halfway.jar"));
        App app = hashing(locked).with("ANIRA_PLUGINS", "plugins");
        app.succeed("plugins", "--lock", "plugins.lock");
        app.succeed("validate", "quickstart-anira-e", "--halting", "halfway");
        PluginJar.halfway().replace("the same share", "an equal share").write(jar);
        app.fail(
                3,
                "PLG-010  option '--halting halfway': Plugin 'plugins/halfway.jar' does not match 'plugins.lock': the SHA-256 of 'halfway.jar' is %s. Restore the jar, or lock the plug-ins anew if you trust it: anira plugins --lock plugins.lock"
                        .formatted(Folder.hash(jar)),
                "validate",
                "quickstart-anira-e",
                "--halting",
                "halfway");
    }

    @Test
    void aPluginThatIsNotLockedIsRefused(@TempDir Path locked) {
        App app = hashing(locked);
        app.succeed("plugins", "--lock", "plugins.lock");
        PluginJar.halfway().write(locked.resolve("plugins/halfway.jar"));
        app.with("ANIRA_PLUGINS", "plugins")
                .fail(
                        3,
                        "PLG-010  option '--halting halfway': Plugin 'plugins/halfway.jar' does not"
                            + " match 'plugins.lock': it is not listed there. Restore the jar, or"
                            + " lock the plug-ins anew if you trust it: anira plugins --lock"
                            + " plugins.lock",
                        "validate",
                        "quickstart-anira-e",
                        "--halting",
                        "halfway");
    }

    @Test
    void aLockOfAnotherFormIsRefused(@TempDir Path locked) throws IOException {
        Files.writeString(locked.resolve("plugins.lock"), "# jars\nhalfway 1.2\n");
        App.in(locked)
                .fail(
                        3,
                        "PLG-010  plugins.lock:2 is not of the form 'SHA-256 id jar': 'halfway"
                                + " 1.2'. Mend the line, or remove the file and write it again.",
                        "plugins");
    }

    /** Returns the application with Java's optimizer, without which hashes take long. */
    private static App hashing(Path folder) {
        return App.in(folder).withJava("-XX:TieredStopAtLevel=4");
    }

    private static void changeModuleInfo(Path jar, UnaryOperator<byte[]> change)
            throws IOException {
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
            Path moduleInfo = files.getPath("module-info.class");
            Files.write(moduleInfo, change.apply(Files.readAllBytes(moduleInfo)));
        }
    }
}
