package org.anira.app;

import org.anira.api.DataException;
import org.anira.runtime.report.Comparison;
import org.anira.runtime.report.Summary;
import org.anira.runtime.run.RunFolder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

/** Goes the whole way once, on a task small enough for a few minutes on two cores. */
@Command(
        name = "quickstart",
        description = {
            "Train ANIRA-E and ANIRA-O on a small task, evaluate both at every difficulty, and"
                    + " compare them.",
            "Takes some minutes on two cores. Shows the whole way, not a scientific result."
        },
        footer = {
            "",
            "Examples:",
            "  anira quickstart",
            "  anira quickstart --seed 2 --out /tmp/quickstart"
        })
final class QuickstartCommand implements Callable<Integer> {

    private static final List<String> MECHANISMS = List.of("anira-e", "anira-o");

    @ParentCommand private Anira anira;
    @Spec private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed; ${DEFAULT-VALUE} if not given.")
    private int seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "The folder to make; runs/quickstart/NNN if not given, with the next free"
                            + " number.")
    private Path out;

    @Option(names = "--json", description = "One JSON document at the end, and no progress.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        long start = System.nanoTime();
        Path folder = newFolder();
        anira.say(
                "Training %s side by side, seed %d, in '%s'."
                        .formatted(String.join(" and ", MECHANISMS), seed, folder));
        Interruption stop =
                Interruption.ofProcess(
                        anira,
                        "Stopping after this step, with checkpoints. Once more to stop at once.");
        boolean together = Runtime.getRuntime().availableProcessors() > 1;
        List<Training> trainings = new ArrayList<>();
        for (String mechanism : MECHANISMS) {
            Training training = Training.start(this, folder, mechanism);
            trainings.add(training);
            if (!together) {
                training.await();
            }
        }
        for (Training training : trainings) {
            training.await();
        }
        if (stop.getAsBoolean()) {
            return ExitCode.INTERRUPTED;
        }
        for (Training training : trainings) {
            if (training.process().exitValue() != ExitCode.DONE) {
                anira.console()
                        .err()
                        .printf(
                                "The training of %s ended with %d.%n",
                                training.mechanism(), training.process().exitValue());
                return training.process().exitValue();
            }
        }
        List<RunFolder> runs =
                trainings.stream().map(training -> RunFolder.open(training.folder())).toList();
        Comparison comparison = Comparison.of(runs, Map.of("L", "operators"));
        Comparison.Written written = comparison.write(folder.resolve("comparison"), command());
        show(comparison, written, folder, Duration.ofNanos(System.nanoTime() - start));
        return ExitCode.DONE;
    }

    /** A training in a process of its own, of one thread. */
    private record Training(String mechanism, Path folder, Process process, Thread messages) {

        static Training start(QuickstartCommand quickstart, Path parent, String mechanism) {
            Path folder = parent.resolve(mechanism);
            List<String> arguments =
                    new ArrayList<>(
                            List.of(
                                    "train",
                                    "quickstart-" + mechanism,
                                    "seed=" + quickstart.seed,
                                    "--out",
                                    folder.toString()));
            if (quickstart.json || quickstart.anira.quiet()) {
                arguments.add("--quiet");
            }
            Process process = Children.start(arguments);
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            // The table that a training prints at its end is part of the comparison.
            Thread.startVirtualThread(() -> drain(process));
            Thread messages =
                    Children.follow(
                            process,
                            line -> {
                                if (!line.isBlank()) {
                                    quickstart
                                            .anira
                                            .console()
                                            .err()
                                            .println(mechanism + "  " + line);
                                    quickstart.anira.console().err().flush();
                                }
                            });
            return new Training(mechanism, folder, process, messages);
        }

        private static void drain(Process process) {
            try {
                process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            } catch (IOException e) {
                // The process ended; its exit code tells.
                return;
            }
        }

        void await() throws InterruptedException {
            process.waitFor();
            messages.join();
        }
    }

    private Path newFolder() {
        try {
            if (out != null) {
                Files.createDirectories(out.toAbsolutePath().getParent());
                return Files.createDirectory(out);
            }
            Path parent = Files.createDirectories(Path.of("runs", "quickstart"));
            for (int number = 1; ; number++) {
                Path folder = parent.resolve("%03d".formatted(number));
                if (!Files.exists(folder)) {
                    return Files.createDirectory(folder);
                }
            }
        } catch (FileAlreadyExistsException e) {
            throw new DataException(
                    "RUN-001",
                    "Folder '%s' exists. Choose another name.".formatted(e.getFile()),
                    e);
        } catch (IOException e) {
            throw new DataException(
                    "RUN-005", "The folder for the quickstart cannot be made: %s".formatted(e), e);
        }
    }

    private void show(
            Comparison comparison, Comparison.Written written, Path folder, Duration took) {
        if (json) {
            Map<String, Object> content = new LinkedHashMap<>();
            content.put("folder", folder.toString());
            content.put("report", written.report().toString());
            content.put("seconds", took.toSeconds());
            content.put("comparison", Json.object(comparison.json()));
            anira.console().out().println(Json.document("anira.quickstart/1", content));
            return;
        }
        anira.console().out().println(comparison.text());
        comparison.remarks().forEach(remark -> anira.console().out().println(remark));
        anira.console().out().println();
        anira.console().out().println(verdict(comparison.summaries(), took));
        if (!written.withoutFigures().isEmpty()) {
            anira.console().out().println("There are no figures: " + written.withoutFigures());
        }
        anira.console()
                .out()
                .printf(
                        """

                        Report     %s
                        Figures    %s
                        Runs       %s

                        Next: anira list presets, anira describe halting anira-o, anira train mano-anira-o --dry-run
                        """,
                        written.report(), folder.resolve("comparison").resolve("figures"), folder);
    }

    /** Says what some minutes of training show, and what they do not. */
    private String verdict(Map<String, Summary> summaries, Duration took) {
        StringBuilder text = new StringBuilder();
        text.append(
                "What this shows: the whole way from data to figures works here, in %s.%n"
                        .formatted(ProgressLine.text(took)));
        summaries.forEach((label, summary) ->
                text.append(
                        String.format(
                                Locale.ROOT,
                                "  %s: accuracy %.3f (always the same answer: %.3f), %.2f steps at"
                                        + " the answer%s.%n",
                                label,
                                summary.accuracy().value(),
                                summary.constant(),
                                summary.depth().value(),
                                summary.correlation()
                                        .map(rho ->
                                                String.format(
                                                        Locale.ROOT,
                                                        ", Spearman(depth, L) %.2f",
                                                        rho.value()))
                                        .orElse(", the same at every L"))));
        text.append(
                "What it does not show: which mechanism is better, or where depth pays. It is one"
                        + " seed, some minutes of training,\n"
                        + "and a task that a model of this size solves with few steps.");
        return text.toString();
    }

    private String command() {
        return "anira "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }
}
