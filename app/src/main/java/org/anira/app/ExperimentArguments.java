package org.anira.app;

import org.anira.runtime.config.Draft;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.ArrayList;
import java.util.List;

/** How a user says which experiment is meant: a preset or file, and overrides. */
final class ExperimentArguments {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Parameters(
            arity = "0..*",
            paramLabel = "CONF|key=value",
            completionCandidates = Candidates.Experiments.class,
            description = {
                "An experiment file or preset, then settings that replace its own, such as"
                        + " model.width=64; values are YAML, the last one wins."
            })
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--task",
            paramLabel = "TASK",
            completionCandidates = Candidates.Tasks.class,
            description = "Short for task.name=NAME.")
    private String task;

    @Option(
            names = "--halting",
            paramLabel = "MECHANISM",
            completionCandidates = Candidates.Mechanisms.class,
            description = "Short for halting.name=NAME.")
    private String halting;

    @Option(
            names = "--backend",
            paramLabel = "BACKEND",
            completionCandidates = Candidates.Backends.class,
            description = "Short for backend.name=NAME.")
    private String backend;

    @Option(names = "--seed", paramLabel = "N", description = "Short for seed=N.")
    private String seed;

    /** Returns whether nothing was said. */
    boolean isEmpty() {
        return words.isEmpty() && overrides().isEmpty();
    }

    /** Returns what replaces settings of the file, in order. */
    List<String> overrides() {
        List<String> overrides = new ArrayList<>();
        words.stream().skip(1).forEach(overrides::add);
        add(overrides, "task.name", task);
        add(overrides, "halting.name", halting);
        add(overrides, "backend.name", backend);
        add(overrides, "seed", seed);
        return overrides;
    }

    /** Returns the experiment as it was written. */
    Draft draft() {
        if (words.isEmpty() || words.getFirst().contains("=")) {
            throw new ParameterException(
                    command.commandLine(),
                    "An experiment file or preset is missing before the settings; presets: anira"
                            + " list presets.");
        }
        return Presets.read(words.getFirst()).with(overrides());
    }

    /** Adds a setting that replaces the file's, if there is a value for it. */
    static void add(List<String> overrides, String path, String value) {
        if (value != null) {
            overrides.add(path + "=" + value);
        }
    }
}
