package org.anira.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Trainings that take no longer than the start of a process. */
final class Tiny {

    private static final List<String> SETTINGS =
            List.of(
                    "task.options.max-length=2",
                    "model.width=16",
                    "model.mlp=32",
                    "model.max-depth=4",
                    "training.batch=4",
                    "training.knob-from=0",
                    "training.log-every=2",
                    "evaluation.samples=8");

    private static Path trained;

    private Tiny() {}

    /** Returns the words of a command on a preset, made tiny, with more words at the end. */
    static String[] command(String name, String preset, String... more) {
        List<String> words = new ArrayList<>(List.of(name, preset));
        words.addAll(SETTINGS);
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** Returns the words of a training of ANIRA-E. */
    static String[] train(String... more) {
        return command("train", "quickstart-anira-e", more);
    }

    /**
     * Copies a run of ANIRA-E with checkpoints of steps 4 and 8, which was trained once for all
     * tests.
     */
    static Path copyTrained(Path to) {
        return Folder.copy(trained(), to);
    }

    private static synchronized Path trained() {
        if (trained == null) {
            try {
                Path folder =
                        Files.createTempDirectory(
                                Files.createDirectories(Distribution.ROOT.resolve("it/target")),
                                "trained");
                // Denied as in the tests of the backend: the launcher itself does not ask for it.
                App.in(folder)
                        .withJava("--illegal-native-access=deny")
                        .succeed(
                                train(
                                        "training.steps=8",
                                        "training.checkpoint-every=4",
                                        "--out",
                                        "run"));
                trained = folder.resolve("run");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return trained;
    }
}
