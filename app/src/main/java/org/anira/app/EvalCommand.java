package org.anira.app;

import org.anira.api.DataException;
import org.anira.api.tensor.Session;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.eval.Evaluator;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.Evaluations;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.RunLock;
import org.anira.runtime.train.Weights;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Evaluates a trained model. */
@Command(
        name = "eval",
        description = {
            "Evaluate a run's model at every point of its task's grid.",
            "The results are shown, and added to the run's evaluations.jsonl."
        },
        footer = {
            "",
            "Examples:",
            "  anira eval runs/mano-anira-o/001",
            "  anira eval runs/mano-anira-o/001 --checkpoint 5000 --rule median --samples 10000",
            "  anira eval runs/mano-anira-o/001 --require 'accuracy>=0.99' --json"
        })
final class EvalCommand implements Callable<Integer> {

    @ParentCommand private Anira anira;
    @Mixin private PluginFolders folders;

    @Parameters(paramLabel = "RUN", description = "The run's folder.")
    private Path run;

    @Option(names = "--checkpoint", paramLabel = "STEP", description = "The newest if not given.")
    private Long checkpoint;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            description = "Inference rule; see: anira describe halting NAME.")
    private String rule;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            completionCandidates = Candidates.Backends.class,
            description = "Another backend than the run's.")
    private String backend;

    @Option(
            names = "--execution",
            paramLabel = "FORM",
            description = "auto, dense or skipping: equal results, different times.")
    private String execution;

    @Option(names = "--samples", paramLabel = "N", description = "Samples for each point.")
    private String samples;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the test samples.")
    private String seed;

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

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public Integer call() {
        List<Requirement> requirements = required.stream().map(Requirement::parse).toList();
        RunFolder folder = RunFolder.open(run);
        List<PointResult> results;
        if (noSave) {
            results = evaluate(folder);
        } else {
            try (RunLock _ = folder.lock()) {
                results = evaluate(folder);
                new Evaluations(folder).append(results);
            }
        }
        if (json) {
            Map<String, Object> content = new LinkedHashMap<>();
            content.put("run", folder.path().toString());
            content.put("evaluation", results);
            content.put("required", requirements.stream().map(each -> map(each, results)).toList());
            anira.console().out().println(Json.document("anira.eval/1", content));
        } else {
            anira.console().out().print(Results.table(results));
        }
        List<Requirement> unmet =
                requirements.stream().filter(each -> !each.isMetBy(results)).toList();
        unmet.forEach(each -> anira.console().err().println("REQ-001  " + each.explain(results)));
        return unmet.isEmpty() ? ExitCode.DONE : ExitCode.UNMET;
    }

    private List<PointResult> evaluate(RunFolder folder) {
        Draft draft = Draft.of(folder).with(overrides());
        ResolvedExperiment resolved = ResolvedExperiment.resolve(draft, folders.open(anira));
        Checkpoint from = checkpoint(folder);
        RecurrentTransformer model = Models.of(resolved);
        anira.say("Evaluating '%s' at step %d".formatted(folder.path(), from.state().step()));
        try (Session session = resolved.open()) {
            Weights.load(session, model.parameters(), from.model());
            try (Evaluator evaluator =
                    new Evaluator(
                            resolved.task(),
                            model,
                            session,
                            resolved.experiment().evaluation(),
                            resolved.rule())) {
                return evaluator.evaluate(from.state().step(), true);
            }
        }
    }

    private Checkpoint checkpoint(RunFolder folder) {
        Checkpoints checkpoints = new Checkpoints(folder);
        if (checkpoint != null) {
            return checkpoints.at(checkpoint);
        }
        return checkpoints
                .newest()
                .orElseThrow(() ->
                        new DataException(
                                "RUN-004",
                                "Run '%s' has no checkpoint to evaluate. Train again: anira train %s"
                                        .formatted(folder.path(), folder.config())));
    }

    private List<String> overrides() {
        Map<String, String> given = new LinkedHashMap<>();
        given.put("halting.rule", rule);
        given.put("backend.name", backend);
        given.put("evaluation.execution", execution);
        given.put("evaluation.samples", samples);
        given.put("evaluation.seed", seed);
        return given.entrySet().stream()
                .filter(entry -> entry.getValue() != null)
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    private static Map<String, Object> map(Requirement requirement, List<PointResult> results) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("metric", requirement.metric());
        map.put("relation", requirement.relation());
        map.put("bound", requirement.bound());
        map.put("found", Results.mean(results, requirement.metric()));
        map.put("met", requirement.isMetBy(results));
        return map;
    }
}
