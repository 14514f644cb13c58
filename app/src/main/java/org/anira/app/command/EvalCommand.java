package org.anira.app.command;

import org.anira.api.SettingsException;
import org.anira.api.tensor.Session;
import org.anira.app.console.Output;
import org.anira.app.process.ExitCode;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.config.EvaluationSettings;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.eval.Evaluator;
import org.anira.runtime.eval.Passes;
import org.anira.runtime.experiment.PluginChange;
import org.anira.runtime.experiment.TrainedModel;
import org.anira.runtime.run.DurableFiles;
import org.anira.runtime.run.Evaluations;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.RunLock;
import org.anira.runtime.run.SafeTensors;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/** Evaluates a trained model. */
@Command(
        name = "eval",
        description = {
            "Evaluate a run's model at every point of its task's grid.",
            "The results are shown and added to the run's evaluations.jsonl; results of"
                    + " a model file are only shown."
        },
        footer = {
            "",
            "Examples:",
            "  anira eval runs/mano-anira-o/001",
            "  anira eval runs/mano-anira-o/001 --checkpoint 5000 --rule median --samples 10000",
            "  anira eval runs/mano-anira-o/001 evaluation.continuations=0 --batch 50",
            "  anira eval runs/mano-anira-o/001 --require 'accuracy>=0.99' --json",
            "  anira eval model.onnx"
        })
public final class EvalCommand implements Callable<Integer> {

    private final Output output;
    @Spec private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A run's folder, or a file written by anira export.")
    private Path run;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "KEY=VALUE",
            description =
                    "Settings of the evaluation and options of the backend that replace the run's"
                            + " own, such as evaluation.samples=100 or backend.options.device=cpu;"
                            + " values are YAML, the last one wins.")
    private List<String> words = new ArrayList<>();

    @Mixin private final ModelOptions trained;

    @Option(names = "--samples", paramLabel = "N", description = "Samples for each point.")
    private String samples;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the test samples.")
    private String seed;

    @Option(
            names = "--continuations",
            paramLabel = "N",
            description =
                    "Continuations drawn from each kind of prompt, for tasks that judge them; 0 for"
                            + " none.")
    private String continuations;

    @Option(
            names = "--require",
            paramLabel = "CHECK",
            description =
                    "Exit with 6 if this does not hold, such as accuracy>=0.99, a mean over all"
                        + " points. Measured: accuracy, depth, expected-depth, cross-entropy. May"
                        + " be given several times.")
    private List<String> required = new ArrayList<>();

    @Option(
            names = "--no-save",
            description = "Only show the results; a run that is still training can be looked at.")
    private boolean noSave;

    @Option(
            names = "--save-logits",
            paramLabel = "FILE",
            description =
                    "Also write logits, depths and exit distributions of the first"
                            + " batch of each point to a new safetensors file, to compare"
                            + " backends number by"
                            + " number.")
    private Path savedLogits;

    @Option(
            names = "--depths-from",
            paramLabel = "FILE",
            description =
                    "With --save-logits: force the depths of another such file on the" + " tokens.")
    private Path forcedDepths;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    /** Makes one that writes to an output. */
    public EvalCommand(Output output) {
        this.output = output;
        trained = new ModelOptions(output);
    }

    @Override
    public Integer call() {
        Optional<SafeTensors> forced = forced();
        List<Requirement> requirements = required.stream().map(Requirement::parse).toList();
        Evaluated evaluated;
        if (noSave || Files.isRegularFile(run)) {
            evaluated = evaluate(forced);
        } else {
            RunFolder folder = RunFolder.open(run);
            try (RunLock _ = folder.lock()) {
                Evaluations evaluations = new Evaluations(folder);
                // A damaged file is reported before the evaluation, not after it.
                evaluations.read();
                evaluated = evaluate(forced);
                evaluations.append(evaluated.results());
            }
        }
        List<PointResult> results = evaluated.results();
        if (json) {
            Map<String, Object> content = new LinkedHashMap<>();
            content.put("run", run.toString());
            content.put("evaluation", results);
            content.put("plugin_changes", PluginChange.maps(evaluated.pluginChanges()));
            content.put("required", requirements.stream().map(each -> map(each, results)).toList());
            output.out().println(Json.document("anira.eval/1", content));
        } else {
            output.out().print(EvaluationTable.table(results));
        }
        List<Requirement> unmet =
                requirements.stream().filter(each -> !each.isMetBy(results)).toList();
        unmet.forEach(each -> output.err().println("REQ-001  " + each.explain(results)));
        return unmet.isEmpty() ? ExitCode.DONE : ExitCode.UNMET;
    }

    private record Evaluated(List<PointResult> results, List<PluginChange> pluginChanges) {}

    private Evaluated evaluate(Optional<SafeTensors> forced) {
        TrainedModel found = trained.find(run, overrides());
        ResolvedExperiment resolved = found.resolved();
        if (found.exported().isEmpty()) {
            Evaluator.check(resolved);
            resolved.restrictions().forEach(output::say);
        }
        output.say("Evaluating '%s' at step %d".formatted(run, found.step()));
        try (Session session = found.open();
                Evaluator evaluator =
                        new Evaluator(
                                resolved.task(),
                                found.model(),
                                session,
                                resolved.experiment().evaluation(),
                                resolved.rule(),
                                found.programs(session))) {
            if (found.exported().isPresent() && evaluator.leavesPrompts()) {
                output.say(
                        "'%s' computes whole sequences: no continuations are drawn. A file that can continue them: anira export RUN --decode --out FILE"
                                .formatted(run));
            }
            List<PointResult> results = evaluator.evaluate(found.step(), true);
            if (savedLogits != null) {
                save(found, session, forced);
            }
            return new Evaluated(results, found.pluginChanges());
        }
    }

    /**
     * Returns the overrides of the evaluation's settings and of the backend's options; those of the
     * training cannot be overridden.
     */
    private List<Assignment> overrides() {
        List<Assignment> all = new ArrayList<>();
        for (String word : words) {
            Assignment each = Assignment.of(word);
            if (!each.path().matches("(evaluation|backend\\.options)(\\..*)?")) {
                throw new SettingsException(
                        "CFG-001",
                        "%s'eval' cannot set '%s'. It takes: %s, backend.options"
                                .formatted(
                                        each.origin().prefix(),
                                        each.path(),
                                        EvaluationSettings.OPTIONS.stream()
                                                .map(option -> "evaluation." + option.name())
                                                .collect(Collectors.joining(", "))));
            }
            all.add(each);
        }
        ExperimentArguments.add(all, "--samples", "evaluation.samples", samples);
        ExperimentArguments.add(all, "--seed", "evaluation.seed", seed);
        ExperimentArguments.add(all, "--continuations", "evaluation.continuations", continuations);
        return all;
    }

    /**
     * Returns the passes whose depths are forced. Checks all files now, so that none fails later.
     */
    private Optional<SafeTensors> forced() {
        if (forcedDepths != null && savedLogits == null) {
            throw new ParameterException(
                    spec.commandLine(), "--depths-from goes with --save-logits");
        }
        if (savedLogits != null && Files.isRegularFile(run)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--save-logits needs a run, and '%s' is a file; name its run".formatted(run));
        }
        if (savedLogits != null) {
            DurableFiles.requireNew(savedLogits);
        }
        return Optional.ofNullable(forcedDepths).map(file -> SafeTensors.map(file, Arena.ofAuto()));
    }

    private void save(TrainedModel found, Session session, Optional<SafeTensors> forced) {
        EvaluationSettings settings = found.resolved().experiment().evaluation();
        new Passes(
                        found.resolved().task(),
                        found.model(),
                        session,
                        found.resolved().rule(),
                        found.skipping(),
                        settings.seed(),
                        Math.min(settings.samples(), settings.batch()))
                .create(savedLogits, forced);
        output.say("Logits: " + savedLogits);
    }

    private static Map<String, Object> map(Requirement requirement, List<PointResult> results) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("metric", requirement.metric());
        map.put("relation", requirement.relation());
        map.put("bound", requirement.bound());
        map.put("found", EvaluationTable.mean(results, requirement.metric()));
        map.put("met", requirement.isMetBy(results));
        return map;
    }
}
