package org.anira.backend.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.BackendException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where libtorch is looked for, and what is refused before anything is loaded. */
class SearchTests {

    @TempDir private Path temporary;

    private final Map<String, String> environment = new HashMap<>();

    /** Makes a folder with libraries that are none, and a file that says a version. */
    private Path torch(String name, String version) throws IOException {
        Path folder = temporary.resolve(name);
        Path libraries = Files.createDirectories(folder.resolve("lib"));
        for (String library : Installation.NEEDED) {
            Files.createFile(libraries.resolve(System.mapLibraryName(library)));
        }
        Files.writeString(
                folder.resolve("version.py"),
                "__all__ = ['__version__']\n__version__ = '%s'\ndebug = False\n"
                        .formatted(version));
        return folder;
    }

    /** Makes a program that stands for Python: a shell script. */
    private Path python(String folder, String script) throws IOException {
        Path file = Files.createDirectories(temporary.resolve(folder)).resolve("python3");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file;
    }

    private Search search() {
        return new Search(environment, temporary.resolve("bundle"), Duration.ofSeconds(5));
    }

    private String refusal(Search search, String option) {
        BackendException refused = assertThrows(BackendException.class, () -> search.find(option));
        assertEquals("BKD-001", refused.code());
        return refused.getMessage();
    }

    private static void assertContains(String text, Object... parts) {
        for (Object part : parts) {
            assertTrue(text.contains(part.toString()), "'%s' in: %s".formatted(part, text));
        }
    }

    @Test
    void theOptionComesFirst() throws IOException {
        Path named = torch("named", "2.12.0");
        environment.put("ANIRA_TORCH", torch("variable", "2.11.0").toString());
        environment.put("PATH", python("bin", "echo " + torch("site", "2.13.0")).getParent() + "");
        torch("bundle", "2.10.0");
        Installation found = search().find(named.toString());
        assertEquals(named.resolve("lib"), found.folder());
        assertEquals("2.12.0", found.version().orElseThrow());
        assertContains(found.origin(), "option 'library'");
    }

    @Test
    void theVariableComesSecond() throws IOException {
        Path variable = torch("variable", "2.11.0+cu130");
        environment.put("ANIRA_TORCH", variable.resolve("lib").toString());
        environment.put("PATH", python("bin", "echo " + torch("site", "2.13.0")).getParent() + "");
        torch("bundle", "2.10.0");
        Installation found = search().find("");
        assertEquals(variable.resolve("lib"), found.folder());
        assertEquals("2.11.0+cu130", found.version().orElseThrow());
        assertEquals("ANIRA_TORCH", found.origin());
    }

    @Test
    void theActivePythonComesThird() throws IOException {
        Path site = torch("site", "2.13.0");
        Path python = python("bin", "echo " + site);
        environment.put("PATH", temporary + ":" + python.getParent());
        torch("bundle", "2.10.0");
        Installation found = search().find("");
        assertEquals(site.resolve("lib"), found.folder());
        assertContains(found.origin(), python);
    }

    @Test
    void aVirtualEnvironmentIsTheActivePython() throws IOException {
        Path inside = torch("inside", "2.14.0");
        python("venv/bin", "echo " + inside);
        environment.put("VIRTUAL_ENV", temporary.resolve("venv").toString());
        environment.put("PATH", python("bin", "echo " + torch("site", "2.13.0")).getParent() + "");
        assertEquals(inside.resolve("lib"), search().find("").folder());
    }

    @Test
    void theBundledBuildComesLastOrByName() throws IOException {
        Path bundle = torch("bundle", "2.10.0").resolve("lib");
        assertEquals(bundle, search().find("").folder());
        environment.put("ANIRA_TORCH", torch("variable", "2.11.0").toString());
        assertEquals(bundle, search().find("bundled").folder());
        environment.put("ANIRA_TORCH", "bundled");
        assertEquals(bundle, search().find("").folder());
    }

    /** Python itself is asked, and does not take a folder for the module it stands in. */
    @Test
    void pythonWithoutTorchIsPassedAndSaidToBe() throws IOException {
        Path bundle = torch("bundle", "2.10.0").resolve("lib");
        Path python = python("bin", "echo");
        environment.put("PATH", python.getParent().toString());
        Search search = search();
        assertEquals(bundle, search.find("").folder());
        assertEquals(List.of("'%s' has no torch".formatted(python)), search.passed());
    }

    @Test
    void pythonThatFailsIsPassedAndSaidToBe() throws IOException {
        torch("bundle", "2.10.0");
        Path python = python("bin", "exit 7");
        environment.put("PATH", python.getParent().toString());
        Search search = search();
        search.find("");
        assertEquals(List.of("'%s' ended with 7".formatted(python)), search.passed());
    }

    @Test
    void pythonIsNotWaitedForLong() throws IOException {
        torch("bundle", "2.10.0");
        Path python = python("bin", "exec sleep 60");
        environment.put("PATH", python.getParent().toString());
        Search search = new Search(environment, temporary.resolve("bundle"), Duration.ofSeconds(1));
        search.find("");
        assertEquals(List.of("'%s' did not answer within 1 s".formatted(python)), search.passed());
    }

    @Test
    void whereThereIsNoneTheMessageSaysWhatWasLookedAt() throws IOException {
        Path python = python("bin", "echo");
        environment.put("PATH", python.getParent().toString());
        assertContains(
                refusal(search(), ""),
                "'%s' has no torch".formatted(python),
                temporary.resolve("bundle"),
                "2.10",
                "'library'",
                "ANIRA_TORCH");
        environment.clear();
        assertContains(refusal(search(), ""), "no Python is active");
    }

    /** What was named is not passed over: not for Python's, not for the bundled build. */
    @Test
    void aNamedFolderWithoutTheLibrariesIsRefused() throws IOException {
        torch("bundle", "2.10.0");
        Path empty = Files.createDirectory(temporary.resolve("empty"));
        String needed = System.mapLibraryName("torch_cpu");
        assertContains(refusal(search(), empty.toString()), "option 'library'", empty, needed);
        environment.put("ANIRA_TORCH", empty.toString());
        assertContains(refusal(search(), ""), "ANIRA_TORCH", empty, needed);
        environment.clear();
        Path python = python("bin", "echo " + empty);
        environment.put("PATH", python.getParent().toString());
        assertContains(refusal(search(), ""), python, empty, needed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.13.1", "2.7.1+cpu", "2.9.1"})
    void olderVersionsAreRefused(String version) throws IOException {
        Path old = torch("old", version);
        assertContains(refusal(search(), old.toString()), version, old, "too old", "2.10 or newer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.10.0", "2.15.0+cu132", "2.16.0a0+git1234", "2.20.1.dev20300101"})
    void versionsFromTheTenthOnAreTaken(String version) throws IOException {
        assertEquals(
                version, search().find(torch("torch", version).toString()).version().orElseThrow());
    }

    @Test
    void anotherMajorVersionIsRefused() throws IOException {
        Path fresh = torch("fresh", "3.0.0");
        assertContains(refusal(search(), fresh.toString()), "3.0.0", fresh, "does not know");
    }

    @Test
    void whatIsNoPathIsRefused() {
        assertContains(refusal(search(), "a\0b"), "no path");
    }
}
