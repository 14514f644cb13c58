package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The packaged application as a user starts it in a folder. Of the machine's user it sees neither
 * plug-ins nor caches.
 *
 * @param folder where it is started: paths in arguments and messages are relative to it
 * @param environment its variables
 */
record App(Path folder, Map<String, String> environment) {

    /** Where the native libraries are unpacked, once for all tests. */
    private static final Path CACHE = Distribution.ROOT.resolve("it/target/cache");

    /** Options that let a short-lived process start and end sooner. */
    private static final String QUICK =
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Duser.home=/nowhere";

    /** Returns the application started in a folder. */
    static App in(Path folder) {
        return new App(
                folder,
                Map.of(
                        "PATH",
                        "/usr/bin:/bin",
                        "ANIRA_JAVA_HOME",
                        System.getProperty("java.home"),
                        "ANIRA_JAVA_OPTS",
                        QUICK,
                        "XDG_CACHE_HOME",
                        CACHE.toString()));
    }

    /** Returns the application with one more variable, or another value of one. */
    App with(String variable, String value) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.put(variable, value);
        return new App(folder, Map.copyOf(changed));
    }

    /** Returns the application with one more option for Java. */
    App withJava(String option) {
        return with("ANIRA_JAVA_OPTS", environment.get("ANIRA_JAVA_OPTS") + " " + option);
    }

    /** Starts a command. */
    Running start(String... arguments) {
        return Running.start(folder, environment, command(arguments));
    }

    /** Runs a command. */
    Child run(String... arguments) {
        return Child.run(folder, environment, command(arguments));
    }

    /** Returns the words that start a command. */
    String[] command(String... arguments) {
        List<String> words =
                new ArrayList<>(List.of("/bin/bash", Distribution.LAUNCHER.toString()));
        words.addAll(List.of(arguments));
        return words.toArray(String[]::new);
    }

    /** Runs a command that must succeed. */
    Child succeed(String... arguments) {
        Child child = run(arguments);
        assertEquals(0, child.exit(), child::errors);
        return child;
    }

    /** Runs a command that must end with an exit code and print this and nothing else. */
    void fail(int exit, String errors, String... arguments) {
        Child child = run(arguments);
        assertAll(
                String.join(" ", arguments),
                () -> assertEquals(errors.strip(), child.errors().strip()),
                () -> assertEquals(exit, child.exit()),
                () -> assertEquals("", child.output()));
    }
}
