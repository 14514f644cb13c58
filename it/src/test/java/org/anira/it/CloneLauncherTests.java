package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * When {@code ./anira} builds a clone before it starts. Maven is a script here that counts how
 * often it runs and makes a distribution that prints its arguments.
 */
class CloneLauncherTests {

    @TempDir private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private Path clone;
    private Path tools;

    @BeforeEach
    void freshClone() throws IOException {
        clone = folder.resolve("a clone");
        tools = Files.createDirectories(folder.resolve("tools"));
        copy("anira");
        copy("app/src/dist/bin/find-java");
        copy("app/src/dist/bin/use-utf8");
        source("pom.xml");
        source("api/src/main/java/module-info.java");
        source("plugins-tasks/mano/pom.xml");
        maven(
                """
                echo run >>runs
                mkdir -p app/target/anira-0.1.0/bin
                printf '#!/bin/bash\\nprintf "<%%s>" "$@"\\n' >app/target/anira-0.1.0/bin/anira
                chmod +x app/target/anira-0.1.0/bin/anira
                """);
        environment.put("HOME", folder.resolve("user").toString());
        environment.put("PATH", tools + ":/usr/bin:/bin");
        environment.put(
                "ANIRA_JAVA_HOME", FakeJdk.make(folder.resolve("jdk"), "25.0.3").toString());
    }

    @Test
    void theFirstUseBuildsAndStarts() throws IOException {
        Child child = start("list", "a b");
        assertEquals("<list><a b>", child.output());
        assertEquals("Building anira (first use)…\n", child.errors());
        assertEquals(1, builds());
    }

    @Test
    void theSecondUseDoesNotBuild() throws IOException {
        start();
        Child child = start("list");
        assertEquals("<list>", child.output());
        assertEquals("", child.errors());
        assertEquals(1, builds());
    }

    @Test
    void aChangedSourceBuilds() throws IOException {
        start();
        touch("api/src/main/java/module-info.java");
        assertEquals("Building anira (sources changed)…\n", start().errors());
        assertEquals(2, builds());
    }

    @Test
    void aChangedBuildFileBuilds() throws IOException {
        start();
        touch("plugins-tasks/mano/pom.xml");
        start();
        assertEquals(2, builds());
    }

    @Test
    void aRemovedSourceBuilds() throws IOException {
        start();
        Files.delete(clone.resolve("api/src/main/java/module-info.java"));
        start();
        assertEquals(2, builds());
    }

    @Test
    void aChangedTestDoesNotBuild() throws IOException {
        start();
        source("api/src/test/java/SomeTests.java");
        source("docs/guide.md");
        start();
        assertEquals(1, builds());
    }

    @Test
    void aBuildThatFailsEndsWithItsErrorsAndTheLog() throws IOException {
        maven("echo '[INFO] fine'; echo '[ERROR] Broken.java:3: no'; exit 1");
        Child child = start();
        assertEquals(1, child.exit());
        assertEquals("", child.output());
        assertTrue(child.errors().contains("[ERROR] Broken.java:3: no"), child::errors);
        assertTrue(
                child.errors()
                        .contains(
                                clone.toRealPath().resolve("target/launcher/build.log").toString()),
                child::errors);
    }

    @Test
    void afterABuildThatFailedTheNextUseBuildsAgain() throws IOException {
        String good = Files.readString(tools.resolve("mvn"));
        maven("exit 1");
        start();
        FakeJdk.script(tools.resolve("mvn"), good);
        assertEquals("<x>", start("x").output());
    }

    @Test
    void withoutMavenItSaysSo() throws IOException {
        Files.delete(tools.resolve("mvn"));
        for (String tool : List.of("find", "head", "mkdir", "rm", "cat", "sleep", "readlink")) {
            FakeJdk.script(
                    tools.resolve(tool), "#!/bin/bash\nexec /usr/bin/%s \"$@\"\n".formatted(tool));
        }
        environment.put("PATH", tools.toString());
        Child child = start();
        assertEquals(3, child.exit());
        assertTrue(child.errors().contains("there is no mvn on the PATH"), child::errors);
    }

    @Test
    void withoutAJdkItSaysSo() {
        environment.put(
                "ANIRA_JAVA_HOME", FakeJdk.make(folder.resolve("old"), "17.0.1").toString());
        Child child = start();
        assertEquals(3, child.exit());
        assertTrue(child.errors().contains("anira needs JDK 25.0.3 or newer"), child::errors);
    }

    @Test
    void ofTwoStartedTogetherOneBuilds() throws IOException {
        String quick = Files.readString(tools.resolve("mvn"));
        FakeJdk.script(tools.resolve("mvn"), quick + "sleep 2\n");
        CompletableFuture<Child> one = CompletableFuture.supplyAsync(() -> start("one"));
        CompletableFuture<Child> other = CompletableFuture.supplyAsync(() -> start("other"));
        assertEquals("<one>", one.join().output());
        assertEquals("<other>", other.join().output());
        assertEquals(1, builds());
    }

    @Test
    void aBuildThatWasKilledDoesNotBlockTheNext() throws IOException {
        Path lock = Files.createDirectories(clone.resolve("target/launcher/lock"));
        Files.writeString(lock.resolve("pid"), "2147483647\n");
        assertEquals("<x>", start("x").output());
    }

    private Child start(String... arguments) {
        return Child.run(
                folder,
                environment,
                Stream.concat(
                                Stream.of("/bin/bash", clone.resolve("anira").toString()),
                                Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private long builds() throws IOException {
        return Files.readAllLines(clone.resolve("runs")).size();
    }

    private void maven(String commands) throws IOException {
        FakeJdk.script(tools.resolve("mvn"), "#!/bin/bash\n" + commands);
    }

    private void copy(String name) throws IOException {
        Path copy = clone.resolve(name);
        Files.createDirectories(copy.getParent());
        Files.copy(Distribution.ROOT.resolve(name), copy, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private void source(String name) throws IOException {
        Path file = clone.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
    }

    /** Lets a file be newer than all that was built, whatever the file system's clock resolves. */
    private void touch(String name) throws IOException {
        Files.setLastModifiedTime(clone.resolve(name), FileTime.from(Instant.now().plusSeconds(2)));
    }
}
