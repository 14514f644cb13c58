package org.anira.app.command;

import org.anira.api.tensor.Capability;
import org.anira.app.console.Output;
import org.anira.app.console.ProgressLine;
import org.anira.app.preset.Presets;
import org.anira.app.process.ChildProcesses;
import org.anira.app.process.ExitCode;
import org.anira.app.process.Installation;
import org.anira.app.process.Interruption;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.experiment.InstalledPlugins;
import org.anira.runtime.report.Comparison;
import org.anira.runtime.report.Summary;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.NewFolders;
import org.anira.runtime.run.RunFolder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;

/** Trains, evaluates and compares once, on a task small enough for a few minutes on two cores. */
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
            "  anira quickstart --seed 2 --out /tmp/quickstart",
            "  anira quickstart --backend torch"
        })
public final class QuickstartCommand implements Callable<Integer> {

    private static final List<String> MECHANISMS = List.of("anira-e", "anira-o");

    private final Output output;
    @Spec private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            converter = SeedConverter.class,
            description = "Seed; ${DEFAULT-VALUE} if not given.")
    private long seed;

    @Option(
            names = "--backend",
            paramLabel = "BACKEND",
            completionCandidates = Candidates.Backends.class,
            description = "Another backend than the presets'.")
    private String backend;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "The folder to make; runs/quickstart/NNN if not given, with the next free"
                            + " number.")
    private Path out;

    @Option(names = "--json", description = "One JSON document at the end, and no progress.")
    private boolean json;

    /** Makes one that writes to an output. */
    public QuickstartCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException {
        long start = System.nanoTime();
        check();
        Path folder =
                out == null
                        ? NewFolders.next(Path.of("runs", "quickstart"))
                        : NewFolders.named(out, "Choose another name.");
        output.say(
                "Training %s side by side, seed %d, in '%s'."
                        .formatted(String.join(" and ", MECHANISMS), seed, folder));
        List<Training> trainings = new CopyOnWriteArrayList<>();
        Interruption stop =
                Interruption.ofProcess(
                        () -> {
                            output.say(
                                    "Stopping after this step, with checkpoints. Once more after"
                                            + " two seconds to stop at once.");
                            trainings.forEach(Training::askToStop);
                        },
                        () -> trainings.forEach(Training::stop));
        boolean together = Runtime.getRuntime().availableProcessors() > 1;
        for (String mechanism : MECHANISMS) {
            if (stop.getAsBoolean()) {
                return ExitCode.INTERRUPTED;
            }
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
            int code = training.process().exitValue();
            if (code != ExitCode.DONE) {
                output.err()
                        .printf("The training of %s ended with %d.%n", training.mechanism(), code);
                return code;
            }
        }
        List<RunFolder> runs =
                trainings.stream().map(training -> RunFolder.open(training.folder())).toList();
        Comparison comparison = Comparison.of(runs);
        Comparison.Written written =
                comparison.write(folder.resolve("comparison"), TypedLine.line(spec));
        show(comparison, written, folder, Duration.ofNanos(System.nanoTime() - start));
        return ExitCode.DONE;
    }

    /** Fails, before a folder is made, if a training could not begin. */
    private void check() {
        InstalledPlugins plugins = Installation.open(List.of());
        for (String mechanism : MECHANISMS) {
            ResolvedExperiment.resolve(
                            Presets.read("quickstart-" + mechanism).assigning(overrides()), plugins)
                    .require(Capability.TRAINING, "train", plugins);
        }
    }

    /** Returns the overrides of the presets' settings. */
    private List<Assignment> overrides() {
        List<Assignment> overrides = new ArrayList<>();
        ExperimentArguments.add(overrides, "--seed", "seed", Long.toString(seed));
        ExperimentArguments.add(overrides, "--backend", "backend.name", backend);
        return overrides;
    }

    /** A training in a process of its own, of one thread. */
    private record Training(String mechanism, Path folder, Process process, Thread messages) {

        static Training start(QuickstartCommand quickstart, Path parent, String mechanism) {
            Path folder = parent.resolve(mechanism);
            List<String> arguments = new ArrayList<>(List.of("train", "quickstart-" + mechanism));
            quickstart.overrides().stream().map(Assignment::word).forEach(arguments::add);
            arguments.addAll(List.of("--out", folder.toString()));
            if (quickstart.json || quickstart.output.quiet()) {
                arguments.add("--quiet");
            }
            // The table that a training prints at its end is repeated in the comparison.
            Process process = ChildProcesses.start(arguments, Redirect.DISCARD);
            PrintWriter err = quickstart.output.err();
            Thread messages =
                    ChildProcesses.follow(
                            process,
                            line -> {
                                if (!line.isBlank()) {
                                    err.println(mechanism + "  " + line);
                                    err.flush();
                                }
                            });
            Training training = new Training(mechanism, folder, process, messages);
            Runtime.getRuntime().addShutdownHook(new Thread(training::askToStop));
            return training;
        }

        /**
         * Asks it to end with a checkpoint. Uses the process handle, since {@link Process#destroy}
         * would close the stream of messages before they are read.
         */
        void askToStop() {
            process.toHandle().destroy();
        }

        void stop() {
            process.toHandle().destroyForcibly();
        }

        void await() throws InterruptedException {
            process.waitFor();
            messages.join();
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
            output.out().println(Json.document("anira.quickstart/1", content));
            return;
        }
        output.out().println(comparison.text());
        comparison.remarks().forEach(remark -> output.out().println(remark));
        output.out().println();
        output.out().println(verdict(comparison.summaries(), took));
        if (!written.withoutFigures().isEmpty()) {
            output.out().println("There are no figures: " + written.withoutFigures());
        }
        output.out()
                .printf(
                        """

                        Report     %s
                        Figures    %s
                        Runs       %s

                        Next: anira list presets, anira describe halting anira-o, anira train mano-anira-o --dry-run
                        """,
                        written.report(), folder.resolve("comparison").resolve("figures"), folder);
    }

    /** Returns what some minutes of training show, and what they do not. */
    private String verdict(Map<String, Summary> summaries, Duration took) {
        StringBuilder text = new StringBuilder();
        text.append(
                "What this shows: everything from data to figures works on this machine, in %s.%n"
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
                        + "and a task so small that few steps may do.");
        return text.toString();
    }
}
