package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A training that runs out of space: what it wrote before stays, and it can go on from there. */
class FullDiskTests {

    private static final String FREE =
            " Free some space or raise the limit, then try again (a training goes on from its last"
                    + " checkpoint), or choose another place.\n";

    @TempDir private Path folder;

    /** On a disk in memory that has room for two checkpoints. */
    @Test
    void onADiskThatFillsUp() throws IOException {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        if (mount("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk.toString()) != 0) {
            skip("onADiskThatFillsUp", "this process may not mount a disk");
        }
        try {
            App app = App.in(folder);
            Child child = app.run(training("disk/run"));
            assertEquals(4, child.exit(), child::errors);
            assertTrue(
                    child.errors()
                            .startsWith("Run folder: disk/run\nRUN-005  Cannot write 'disk/run/"),
                    child::errors);
            assertTrue(child.errors().endsWith(": No space left on device." + FREE), child::errors);
            List<String> checkpoints = Folder.names(folder.resolve("disk/run/checkpoints"));
            assertTrue(
                    !checkpoints.isEmpty()
                            && checkpoints.stream().allMatch(name -> name.matches("[0-9]{10}")),
                    checkpoints::toString);

            assertEquals(
                    0, mount("mount", "-o", "remount,size=10m", disk.toString()), "more space");
            app.succeed("train", "--resume", "disk/run");
            app.succeed(training("whole"));
            assertEquals(lastModel("whole"), lastModel("disk/run"));
        } finally {
            assertEquals(0, mount("umount", disk.toString()));
        }
    }

    /** Where no file may have more than 24 KiB, no checkpoint can be written. */
    @Test
    void whereFilesMayNotGrow() {
        App app = App.in(folder).with("ANIRA_STARTUP_CACHE", "off");
        // Unpacks the native library, whose files are larger.
        app.succeed(Tiny.train("--dry-run"));
        StringBuilder limited = new StringBuilder("ulimit -f 24 && exec");
        for (String word : app.command(training("run"))) {
            limited.append(" '").append(word).append('\'');
        }
        Child child = Child.run(folder, app.environment(), "/bin/bash", "-c", limited.toString());
        assertEquals(
                "Run folder: run\n"
                    + "RUN-005  Cannot write 'run/checkpoints/0000000004/model.safetensors': File"
                    + " too large."
                        + FREE,
                child.errors().replace(".0000000004.tmp", "0000000004"));
        assertEquals(4, child.exit());
        assertEquals(List.of(), Folder.names(folder.resolve("run/checkpoints")));
        assertEquals(
                "failed", Documents.of(folder.resolve("run/status.json")).get("state").asString());
    }

    private static String[] training(String out) {
        return Tiny.train(
                "training.steps=24",
                "training.checkpoint-every=4",
                "training.keep-checkpoints=0",
                "--out",
                out);
    }

    private String lastModel(String run) {
        return Folder.hash(folder.resolve(run).resolve("checkpoints/0000000024/model.safetensors"));
    }

    private int mount(String... command) {
        try {
            return Child.run(folder, Map.of("PATH", System.getenv("PATH")), command).exit();
        } catch (java.io.UncheckedIOException e) {
            return -1; // there is no such program
        }
    }

    private static void skip(String test, String reason) {
        System.out.println("Skipped: %s: %s".formatted(test, reason));
        Assumptions.abort(reason);
    }
}
