package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The startup cache as the JDK makes it of the application and reads it. */
class StartupCacheOfTheJdkTests {

    @TempDir private static Path folder;

    private static Path home;
    private static Path cache;

    private final Map<String, String> environment = environment();
    private FileTime jarTime;
    private byte[] content;

    @BeforeAll
    static void makeTheCacheOfACopyOfTheDistribution() throws Exception {
        home = folder.resolve("dist");
        for (String part : List.of("bin", "lib")) {
            Files.createDirectories(home.resolve(part));
            try (Stream<Path> files = Files.list(Distribution.HOME.resolve(part))) {
                for (Path file : files.toList()) {
                    Files.copy(
                            file,
                            home.resolve(part).resolve(file.getFileName()),
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        assertHelps(start(environment()));
        cache = StartupCache.await(home);
    }

    @BeforeEach
    void remember() throws IOException {
        jarTime = Files.getLastModifiedTime(jar());
        content = Files.readAllBytes(cache);
    }

    @AfterEach
    void restore() throws Exception {
        StartupCache.awaitNoneInTheMaking(home);
        Files.setLastModifiedTime(jar(), jarTime);
        Files.write(cache, content);
    }

    @Test
    void theJdkAcceptsIt() {
        // "on" makes the JDK end with an error where it cannot use the cache.
        environment.put("ANIRA_JAVA_OPTS", "-XX:AOTMode=on");
        assertHelps(start(environment));
    }

    @Test
    void itHoldsTheCommandLine() {
        environment.put("ANIRA_JAVA_OPTS", "-Xlog:class+load");
        List<String> classes =
                start(environment)
                        .output()
                        .lines()
                        .filter(line -> line.contains(" picocli."))
                        .toList();
        assertFalse(classes.isEmpty());
        classes.forEach(line -> assertTrue(line.endsWith("source: shared objects file"), line));
    }

    @Test
    void aTruncatedOneIsIgnoredInSilence() throws IOException {
        Files.write(cache, Arrays.copyOf(content, content.length / 2));
        assertHelps(start(environment));
    }

    @Test
    void oneThatIsNoneIsIgnoredInSilence() throws IOException {
        Files.writeString(cache, "not a cache");
        assertHelps(start(environment));
    }

    @Test
    void oneOfOtherJarsIsIgnoredInSilence() throws IOException {
        // Older than the cache, so that only the JDK can notice.
        Files.setLastModifiedTime(jar(), FileTime.from(Instant.EPOCH.plusSeconds(1_000_000_000)));
        assertHelps(start(environment));
    }

    @Test
    void oneForOtherOptionsIsIgnoredInSilence() {
        environment.put(
                "ANIRA_JAVA_OPTS", "--illegal-native-access=deny -XX:+UseCompactObjectHeaders");
        assertHelps(start(environment));
    }

    private static Path jar() {
        return Distribution.jars(home.resolve("lib")).getFirst();
    }

    private static Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", folder.resolve("user").toString());
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("ANIRA_JAVA_HOME", System.getProperty("java.home"));
        return environment;
    }

    private static Child start(Map<String, String> environment) {
        return Child.run(
                folder, environment, "/bin/bash", home.resolve("bin/anira").toString(), "--help");
    }

    private static void assertHelps(Child child) {
        assertEquals("", child.errors());
        assertTrue(child.output().contains("Usage: anira"), child::output);
        assertEquals(0, child.exit());
    }
}
