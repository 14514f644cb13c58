package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * When the launcher makes and uses the file that lets anira start faster, on JDKs made for the
 * purpose.
 */
class StartupCacheTests {

    @TempDir private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private Path home;

    @BeforeEach
    void copyOfTheDistribution() throws IOException {
        home = folder.resolve("dist");
        for (String name :
                List.of("bin/anira", "bin/find-java", "bin/startup-cache", "bin/use-utf8")) {
            Path copy = home.resolve(name);
            Files.createDirectories(copy.getParent());
            Files.copy(Distribution.HOME.resolve(name), copy);
        }
        Files.createDirectories(home.resolve("lib"));
        Files.writeString(home.resolve("lib/anira-app.jar"), "");
        setAge(home.resolve("lib/anira-app.jar"), Duration.ofDays(1));
        environment.put("HOME", folder.resolve("user").toString());
        environment.put("PATH", "/usr/bin:/bin");
        environment.put(
                "ANIRA_JAVA_HOME", FakeJdk.make(folder.resolve("jdk"), "25.0.3").toString());
    }

    /** A start that makes the cache in the background still writes in the folder to be deleted. */
    @AfterEach
    void nothingIsBeingMade() throws Exception {
        StartupCache.awaitNoneInTheMaking(home);
    }

    @Test
    void theFirstStartMakesItAndTheSecondUsesIt() throws Exception {
        assertFalse(start().output().contains("AOT"));
        Path cache = StartupCache.await(home);
        assertTrue(start().output().contains("<-XX:AOTCache=" + cache + ">"));
    }

    @Test
    void itIsNotUsedOnceAJarIsNewer() throws Exception {
        start();
        Path cache = StartupCache.await(home);
        setAge(cache, Duration.ofHours(1));
        setAge(home.resolve("lib/anira-app.jar"), Duration.ZERO);
        assertFalse(start().output().contains("AOT"));
    }

    @Test
    void itIsMadeAnewOnceAJarIsNewer() throws Exception {
        start();
        Path cache = StartupCache.await(home);
        setAge(cache, Duration.ofHours(2));
        setAge(home.resolve("lib/anira-app.jar"), Duration.ofHours(1));
        start();
        StartupCache.await(() -> start().output().contains("<-XX:AOTCache=" + cache + ">"));
    }

    @Test
    void anotherJdkHasAnother() throws Exception {
        start();
        StartupCache.await(home);
        environment.put("ANIRA_JAVA_HOME", FakeJdk.make(folder.resolve("other"), "26").toString());
        assertFalse(start().output().contains("AOT"));
    }

    @Test
    void itCanBeTurnedOff() {
        environment.put("ANIRA_STARTUP_CACHE", "off");
        start();
        assertFalse(Files.exists(home.resolve("cache")));
    }

    /** What the cache knows as compiled without the optimizer would stay so in every training. */
    @Test
    void aShortCommandDoesNotMakeItWithoutTheOptimizer() throws Exception {
        assertTrue(start("--help").output().contains("<-XX:TieredStopAtLevel=1>"));
        String made = Files.readString(StartupCache.await(home));
        assertTrue(made.contains("-XX:AOTCacheOutput="), made);
        assertFalse(made.contains("TieredStopAtLevel"), made);
        assertFalse(made.contains("UseSerialGC"), made);
    }

    /** Under a lock every jar is hashed, which takes long without the optimizer. */
    @Test
    void underALockShortCommandsAreOptimizedToo() throws IOException {
        Files.writeString(folder.resolve("plugins.lock"), "");
        assertFalse(start("--help").output().contains("TieredStopAtLevel"));
    }

    @Test
    void aShortCommandHasTheSmallestCollectorUnlessAnotherIsAskedFor() {
        assertTrue(start("--help").output().contains("<-XX:+UseSerialGC>"));
        environment.put("ANIRA_JAVA_OPTS", "-XX:+UseParallelGC");
        assertFalse(start("--help").output().contains("UseSerialGC"));
        environment.remove("ANIRA_JAVA_OPTS");
        environment.put("JDK_JAVA_OPTIONS", "-Xlog:gc -XX:+UseZGC -Xmx1g");
        assertFalse(start("--help").output().contains("UseSerialGC"));
    }

    @Test
    void whereNothingCanBeWrittenItStartsWithout() throws IOException {
        // A file in the place of the folder: refuses even those who may write everywhere.
        Files.writeString(home.resolve("cache"), "");
        Child child = start("x");
        assertEquals("", child.errors());
        assertTrue(child.output().endsWith("<x>\n"));
    }

    private Child start(String... arguments) {
        return Child.run(
                folder,
                environment,
                Stream.concat(
                                Stream.of("/bin/bash", home.resolve("bin/anira").toString()),
                                Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private static void setAge(Path file, Duration age) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }
}
