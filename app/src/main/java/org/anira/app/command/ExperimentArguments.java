package org.anira.app.command;

import org.anira.app.preset.Presets;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.config.Draft;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.ArrayList;
import java.util.List;

/** The arguments that name an experiment: a preset or file, and overrides. */
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

    /** Returns whether none of them was given. */
    boolean isEmpty() {
        return words.isEmpty() && assignments().isEmpty();
    }

    /** Returns the overrides in order, each {@code key.path=value}. */
    List<String> overrides() {
        return assignments().stream().map(Assignment::word).toList();
    }

    private List<Assignment> assignments() {
        List<Assignment> all = new ArrayList<>();
        words.stream().skip(1).map(Assignment::of).forEach(all::add);
        add(all, "--task", "task.name", task);
        add(all, "--halting", "halting.name", halting);
        add(all, "--backend", "backend.name", backend);
        add(all, "--seed", "seed", seed);
        return all;
    }

    /** Returns the experiment, not yet resolved. */
    Draft draft() {
        if (words.isEmpty() || words.getFirst().contains("=")) {
            throw new ParameterException(
                    command.commandLine(),
                    "An experiment file or preset is missing before the settings; presets: anira"
                            + " list presets.");
        }
        return Presets.read(words.getFirst()).assigning(assignments());
    }

    /** Adds the assignment of an option, if it was given. */
    static void add(List<Assignment> all, String option, String path, String value) {
        if (value != null) {
            all.add(Assignment.option(option, path, value));
        }
    }
}
