package org.anira.it;

import java.nio.file.Path;
import java.util.Map;

/** What a child process printed, and how it ended. */
record Child(int exit, String output, String errors) {

    /**
     * Runs a command in a folder with nothing in its environment but the given variables, and waits
     * for its end.
     */
    static Child run(Path folder, Map<String, String> environment, String... command) {
        try (Running running = Running.start(folder, environment, command)) {
            return running.await();
        }
    }
}
