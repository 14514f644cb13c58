package org.anira.it;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How {@code bin/anira} finds a JDK and what it starts, on JDKs made for the purpose. */
class LauncherTests {

    @TempDir private Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void nothingInstalled() {
        environment.put("HOME", folder.resolve("home").toString());
        environment.put("PATH", "/nonexistent");
        environment.put("ANIRA_JDK_FOLDERS", folder.resolve("jvm") + "/*");
        environment.put("ANIRA_STARTUP_CACHE", "off");
    }

    @Test
    void withoutAnyJdkItSaysWhatItLookedAtAndWhatToInstall() {
        Child child = start("--help");
        assertEquals(3, child.exit());
        assertEquals("", child.output());
        for (String part :
                List.of(
                        "anira needs JDK 25.0.3 or newer, and found none",
                        "JAVA_HOME: not set",
                        "PATH: no java",
                        folder.resolve("jvm") + "/*",
                        "~/.sdkman/candidates/java",
                        "Install one",
                        "ANIRA_JAVA_HOME")) {
            assertTrue(
                    child.errors().contains(part),
                    () -> part + " is missing in:\n" + child.errors());
        }
    }

    @Test
    void aJdkThatIsTooOldIsNamedWithItsVersion() {
        Path old = FakeJdk.make(folder.resolve("old"), "17.0.15");
        environment.put("JAVA_HOME", old.toString());
        Child child = start("--help");
        assertEquals(3, child.exit());
        assertTrue(
                child.errors().contains("JAVA_HOME: " + old + ": version 17.0.15"), child::errors);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"25.0.3", "25.0.3.1", "25.0.10", "25.1", "26", "26-ea", "27.0.1", "100"})
    void acceptsAVersion(String version) {
        Path jdk = FakeJdk.make(folder.resolve("jvm/jdk"), version);
        assertStarts(jdk, start());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"25", "25-ea", "25.0.2", "24.9.9", "17.0.15", "1.8.0_402", "9", "x", ""})
    void refusesAVersion(String version) {
        FakeJdk.make(folder.resolve("jvm/jdk"), version);
        assertEquals(3, start().exit());
    }

    @Test
    void theJdkAskedForIsTakenBeforeAllOthers() {
        Path asked = FakeJdk.make(folder.resolve("asked"), "25.0.3");
        environment.put("ANIRA_JAVA_HOME", asked.toString());
        environment.put("JAVA_HOME", FakeJdk.make(folder.resolve("other"), "26").toString());
        assertStarts(asked, start());
    }

    @Test
    void noOtherIsTakenForTheJdkAskedFor() {
        Path asked = FakeJdk.make(folder.resolve("asked"), "21.0.1");
        environment.put("ANIRA_JAVA_HOME", asked.toString());
        environment.put("JAVA_HOME", FakeJdk.make(folder.resolve("other"), "26").toString());
        Child child = start();
        assertEquals(3, child.exit());
        assertTrue(
                child.errors().contains("ANIRA_JAVA_HOME: " + asked + ": version 21.0.1"),
                child::errors);
    }

    @Test
    void afterATooOldJavaHomeItLooksOn() {
        environment.put("JAVA_HOME", FakeJdk.make(folder.resolve("old"), "17.0.15").toString());
        assertStarts(FakeJdk.make(folder.resolve("jvm/new"), "25.0.3"), start());
    }

    @Test
    void followsTheLinksOfTheJavaOnThePath() throws IOException {
        Path jdk = FakeJdk.make(folder.resolve("somewhere/jdk"), "25.0.3").toRealPath();
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path alternative =
                Files.createSymbolicLink(folder.resolve("alternative"), jdk.resolve("bin/java"));
        Files.createSymbolicLink(bin.resolve("java"), alternative);
        environment.put("PATH", bin + ":/usr/bin:/bin");
        assertStarts(jdk, start());
    }

    @ParameterizedTest
    @ValueSource(strings = {".sdkman/candidates/java/25.0.3-tem", ".jdks/temurin-25.0.3"})
    void findsJdksInTheHomeFolder(String place) {
        assertStarts(FakeJdk.make(folder.resolve("home").resolve(place), "25.0.3"), start());
    }

    @Test
    void startsTheApplicationOnTheModulePath() {
        FakeJdk.make(folder.resolve("jvm/jdk"), "25.0.3");
        List<String> lines = start("plugins").output().lines().toList();
        assertTrue(lines.contains("<--module-path>"), lines::toString);
        assertTrue(lines.contains("<" + Distribution.LIBRARIES + ">"), lines::toString);
        assertTrue(lines.contains("<-Danira.home=" + Distribution.HOME + ">"), lines::toString);
        assertTrue(lines.contains("<--enable-native-access=org.anira.runtime>"), lines::toString);
        assertEquals(
                List.of("<--module>", "<org.anira.app/org.anira.app.Main>", "<plugins>"),
                lines.subList(lines.size() - 3, lines.size()));
    }

    @Test
    void argumentsArriveUnchanged() {
        FakeJdk.make(folder.resolve("jvm/jdk"), "25.0.3");
        List<String> lines = start("", "a b", "*", "$HOME", "\"'\\").output().lines().toList();
        assertEquals(
                List.of("<>", "<a b>", "<*>", "<$HOME>", "<\"'\\>"),
                lines.subList(lines.size() - 5, lines.size()));
    }

    @Test
    void optionsForTheVirtualMachineComeBeforeTheApplication() {
        FakeJdk.make(folder.resolve("jvm/jdk"), "25.0.3");
        environment.put("ANIRA_JAVA_OPTS", "-Xmx1g -Done=1");
        List<String> lines = start().output().lines().toList();
        assertEquals(
                List.of("<-Xmx1g>", "<-Done=1>", "<--module>"),
                lines.subList(lines.size() - 4, lines.size() - 1));
    }

    @Test
    void idleNativeThreadsWaitPassively() {
        FakeJdk.make(folder.resolve("jvm/jdk"), "25.0.3");
        assertTrue(start().output().contains("OMP_WAIT_POLICY=passive\n"));
    }

    @Test
    void theUsersWaitPolicyIsKept() {
        FakeJdk.make(folder.resolve("jvm/jdk"), "25.0.3");
        environment.put("OMP_WAIT_POLICY", "active");
        assertTrue(start().output().contains("OMP_WAIT_POLICY=active\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "LC_ALL, C, C.UTF-8",
        "LC_ALL, '', C.UTF-8",
        "LANG, xx_XX.UTF-8, C.UTF-8",
        "LC_TIME, xx_XX.UTF-8, C.UTF-8",
        "LANG, C.utf8, C.utf8",
        "LC_CTYPE, C.utf8, C.utf8",
        "LC_ALL, C.utf8, C.utf8"
    })
    void theLocaleIsTheUsersIfThatIsOfUtf8(String variable, String value, String locale) {
        FakeJdk.make(folder.resolve("jvm/jdk"), "25.0.3");
        environment.put(variable, value);
        assertTrue(start().output().contains("\nLC_ALL=" + locale + "\n"));
    }

    @Test
    void whatJavaItselfSaysIsNoResult() {
        FakeJdk.make(folder.resolve("jvm/jdk"), "25.0.3");
        assertTrue(start().output().contains("<-XX:+DisplayVMOutputToStderr>"));
    }

    @Test
    void temporaryFilesLieWhereTheSystemSays() {
        FakeJdk.make(folder.resolve("jvm/jdk"), "25.0.3");
        environment.put("TMPDIR", "/some where");
        assertTrue(start().output().contains("<-Djava.io.tmpdir=/some where>"));
    }

    @Test
    void startsThroughALinkFromAnyFolder() throws IOException {
        Path jdk = FakeJdk.make(folder.resolve("jvm/jdk"), "25.0.3");
        environment.put("PATH", "/usr/bin:/bin");
        Path link = Files.createSymbolicLink(folder.resolve("a link"), Distribution.LAUNCHER);
        Child child = Child.run(folder, environment, "/bin/bash", link.toString());
        Files.delete(link);
        assertStarts(jdk, child);
        assertTrue(child.output().contains("<-Danira.home=" + Distribution.HOME + ">"));
    }

    @Test
    void theLauncherAndTheBuildWantTheSameJdk() throws IOException {
        String pom = Files.readString(Distribution.ROOT.resolve("pom.xml"));
        String script = Files.readString(Distribution.HOME.resolve("bin/find-java"));
        assertTrue(pom.contains("<anira.jdk>25.0.3</anira.jdk>"));
        assertTrue(script.contains("\nanira_jdk_wanted=25.0.3\n"));
    }

    private static void assertStarts(Path jdk, Child child) {
        assertEquals("", child.errors());
        assertEquals("java of " + jdk, child.output().lines().findFirst().orElse(""));
        assertEquals(0, child.exit());
    }

    private Child start(String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = "/bin/bash";
        command[1] = Distribution.LAUNCHER.toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return Child.run(folder, environment, command);
    }
}
