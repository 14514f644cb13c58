package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.anira.app.Mutants;
import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A damaged plug-in beside a sound one: the one is told with its code, the other is used. */
@ExtendWith(PackagedPlugins.class)
class PluginMutantsTests {

    private static final String MODULE_INFO = "module-info.class";
    private static final Pattern ACTIVE = Pattern.compile("(?m)^[a-z-]+ .* active .*");
    private static final Pattern TOLD = Pattern.compile("(?m)^\\S+: PLG-0\\d\\d  \\S.*");
    private static final Pattern JAVA =
            Pattern.compile("\\w(?:Exception|Error)\\b|^\\s*at \\S+\\(");

    @TempDir private Path directory;

    private String home;
    private Path file;
    private byte[] jar;

    @BeforeEach
    void aSoundOneAlone() throws IOException {
        home = System.setProperty("anira.home", directory.resolve("home").toString());
        Path plugins = Files.createDirectory(directory.resolve("plugins"));
        Files.write(plugins.resolve("sound.jar"), manoUnderTheName("sano"));
        file = plugins.resolve("mutant.jar");
        jar = manoUnderTheName("xano");
    }

    @AfterEach
    void allAgain() {
        System.setProperty("anira.home", home);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plugins", "list tasks"})
    void aDamagedDescriptorStopsNoOther(String command) throws IOException {
        Map<String, byte[]> entries = unpacked(jar);
        new Mutants(entries.get(MODULE_INFO), "xano", "org.anira.api", "L")
                .hold(
                        file,
                        mutant -> {
                            entries.put(MODULE_INFO, mutant);
                            return packed(entries);
                        },
                        directory,
                        Set.of(),
                        outcome -> check(command, outcome),
                        words(command));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plugins", "list tasks"})
    void aDamagedJarStopsNoOther(String command) throws IOException {
        new Mutants(jar, "PK", "META-INF/MANIFEST.MF", "module-info.class")
                .hold(
                        file,
                        mutant -> mutant,
                        directory,
                        Set.of(),
                        outcome -> check(command, outcome),
                        words(command));
    }

    private String[] words(String command) {
        return (command + " --plugins " + file.getParent()).split(" ");
    }

    private static void check(String command, Outcome outcome) {
        assertEquals(ExitCode.DONE, outcome.code(), outcome.toString());
        assertFalse(JAVA.matcher(outcome.out()).find(), outcome.out());
        if (command.equals("plugins")) {
            assertTrue(outcome.out().matches("(?s).*\nsano .* active .*"), outcome.out());
            boolean bothWork = ACTIVE.matcher(outcome.out()).results().count() == 2;
            assertTrue(bothWork || TOLD.matcher(outcome.out()).find(), outcome.out());
        } else {
            assertTrue(outcome.out().matches("(?s).*\nsano .* selected.*"), outcome.out());
            boolean bothWork = outcome.out().lines().count() == 3;
            assertTrue(bothWork || outcome.err().contains("cannot be used: 1."), outcome.out());
        }
    }

    /**
     * Returns the jar of a plug-in, with another name of as many letters wherever it has its own.
     */
    private static byte[] manoUnderTheName(String name) throws IOException {
        Map<String, byte[]> renamed = new LinkedHashMap<>();
        unpacked(Files.readAllBytes(PackagedPlugins.FOLDER.resolve("mano.jar")))
                .forEach((entry, content) ->
                        renamed.put(
                                entry.replace("mano", name),
                                new String(content, ISO_8859_1)
                                        .replace("mano", name)
                                        .getBytes(ISO_8859_1)));
        return packed(renamed);
    }

    private static Map<String, byte[]> unpacked(byte[] jar) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
                if (!each.isDirectory()) {
                    entries.put(each.getName(), zip.readAllBytes());
                }
            }
        }
        return entries;
    }

    private static byte[] packed(Map<String, byte[]> entries) {
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(jar)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return jar.toByteArray();
    }
}
