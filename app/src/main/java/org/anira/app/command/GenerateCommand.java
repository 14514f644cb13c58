package org.anira.app.command;

import org.anira.api.SettingsException;
import org.anira.api.task.Task;
import org.anira.api.tensor.Session;
import org.anira.app.console.Output;
import org.anira.app.sample.Prompts;
import org.anira.app.sample.Prompts.Query;
import org.anira.app.sample.Prompts.Question;
import org.anira.app.sample.TokenLines;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.config.EvaluationSettings;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.config.Use;
import org.anira.runtime.eval.Decoder;
import org.anira.runtime.eval.Decoder.Continuation;
import org.anira.runtime.eval.Decoder.Prompt;
import org.anira.runtime.eval.Programs;
import org.anira.runtime.experiment.PluginChange;
import org.anira.runtime.experiment.TrainedModel;
import org.anira.runtime.run.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Continues prompts with a trained model. */
@Command(
        name = "generate",
        description = {
            "Continue prompts with a run's model, greedily or by sampling, and show the steps that"
                    + " each token took.",
            "Prompts are given, or drawn from the test samples of the run's task; drawn"
                    + " ones are also graded."
        },
        footer = {
            "",
            "The steps of a prompt's token are those of reading it, the steps of a"
                    + " continuation's token those of predicting it.",
            "",
            "Examples:",
            "  anira generate runs/mano-anira-o/001 --n 5",
            "  anira generate runs/mano-anira-o/001 L=4 --n 3 --seed 7",
            "  anira generate model.onnx --n 5",
            "  anira generate runs/lano-anira-o/001 --n 3 --temperature 1 --seed 7",
            "  anira generate runs/mano-anira-o/001 --prompt 'OPEN(2) + 1 * 0 1 ANSWER(2)' --json"
        })
public final class GenerateCommand implements Runnable {

    private final Output output;
    @Spec private CommandSpec spec;
    @Mixin private final ModelOptions trained;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A run's folder, or a file written by anira export --decode.")
    private Path model;

    @Parameters(
            index = "1..*",
            paramLabel = "AXIS=VALUE",
            description =
                    "Draw prompts where the task's axes have these values, such as L=4; else at all"
                            + " points of its grid in turn.")
    private List<String> places = new ArrayList<>();

    @Option(
            names = "--prompt",
            paramLabel = "TOKENS",
            description =
                    "Tokens as the task writes them, divided by blanks; BOS may be left out. May be"
                            + " given several times.")
    private List<String> prompts = new ArrayList<>();

    @Option(
            names = "--task",
            paramLabel = "TASK",
            completionCandidates = Candidates.Tasks.class,
            description =
                    "Draw prompts from this task, which must be the run's own; the same as"
                            + " without --prompt.")
    private String task;

    @Option(
            names = "--n",
            paramLabel = "N",
            description = "How many samples are drawn; 1 if not given.")
    private Integer n;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Seed of the samples: with that of an evaluation they are the ones that it"
                            + " graded. Also of what --temperature draws. The run's"
                            + " evaluation.seed if not given.")
    private String seed;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description =
                    "Draw tokens from softmax(logits / T), T above 0: 1 for the model's own"
                            + " distribution. The likeliest token if not given.")
    private Double temperature;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description =
                    "Largest number of tokens of a continuation; that of an answer of"
                            + " the task if not given.")
    private Integer maxTokens;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    /** Makes one that writes to an output. */
    public GenerateCommand(Output output) {
        this.output = output;
        trained = new ModelOptions(output);
    }

    @Override
    public void run() {
        check();
        List<Assignment> overrides = new ArrayList<>();
        ExperimentArguments.add(overrides, "--seed", "evaluation.seed", seed);
        TrainedModel found = trained.find(model, overrides);
        ResolvedExperiment resolved = found.resolved();
        if (found.exported().isEmpty()) {
            resolved.require(Use.DECODING, "'generate'");
        }
        String name = resolved.experiment().task().name();
        if (task != null && !task.equals(name)) {
            throw new SettingsException(
                    "CFG-003",
                    "--task is '%s', but the model of '%s' was trained on '%s'. Leave --task out, or name another run."
                            .formatted(task, model, name));
        }
        EvaluationSettings evaluation = resolved.experiment().evaluation();
        Prompts source = new Prompts(resolved.task(), name, evaluation.seed());
        OptionalInt limit = maxTokens == null ? OptionalInt.empty() : OptionalInt.of(maxTokens);
        Stream<Query> queries =
                prompts.isEmpty()
                        ? source.drawn(n == null ? 1 : n, places, limit)
                        : source.typed(prompts, found.model().length(), limit).stream();
        Map<String, Object> content = new LinkedHashMap<>();
        try (Session session = found.open();
                Programs programs = found.programs(session)) {
            Decoder decoder = programs.decoder();
            content.put("model", model.toString());
            content.put("step", found.step());
            content.put("backend", resolved.backend().name());
            content.put("library", session.info().library());
            content.put("device", session.info().device());
            content.put("rule", resolved.rule());
            content.put("execution", programs.skipping() ? "skipping" : "dense");
            // null: greedy decoding.
            content.put("temperature", temperature);
            content.put("seed", evaluation.seed());
            content.put("plugin_changes", PluginChange.maps(found.pluginChanges()));
            Stream<Sequence> sequences = continued(decoder, evaluation, queries);
            if (json) {
                Stream<Map<String, Object>> maps =
                        sequences.map(sequence -> map(resolved.task(), sequence));
                content.put("sequences", (Iterable<Map<String, Object>>) maps::iterator);
                Json.print(output.out(), "anira.generate/1", content);
            } else {
                sequences.forEach(sequence -> show(resolved.task(), sequence));
            }
        }
    }

    /** A prompt and what it was continued with. */
    private record Sequence(Query query, Continuation continuation) {}

    /** Continues prompts lazily, a batch at a time. */
    private Stream<Sequence> continued(
            Decoder decoder, EvaluationSettings evaluation, Stream<Query> queries) {
        AtomicInteger begun = new AtomicInteger();
        return queries.gather(Gatherers.windowFixed(evaluation.batch()))
                .flatMap(some -> {
                    List<Prompt> batch = some.stream().map(Query::prompt).toList();
                    int from = begun.getAndAdd(batch.size());
                    List<Continuation> continuations =
                            temperature == null
                                    ? decoder.greedy(batch)
                                    : decoder.sampled(
                                            batch,
                                            batch.size(),
                                            temperature,
                                            Decoder.randoms(
                                                    evaluation.seed(),
                                                    "generated continuations",
                                                    from,
                                                    batch.size()));
                    return IntStream.range(0, batch.size())
                            .mapToObj(i -> new Sequence(some.get(i), continuations.get(i)));
                });
    }

    private void check() {
        boolean drawing = task != null || n != null || !places.isEmpty();
        if (!prompts.isEmpty() && (drawing || seed != null && temperature == null)) {
            throw wrong(
                    "--prompt excludes what says which prompts to draw: --task, --n, AXIS=VALUE,"
                            + " and --seed without --temperature");
        }
        if (temperature != null && !(temperature > 0 && Double.isFinite(temperature))) {
            throw wrong(
                    "--temperature is %s, expected a finite number above 0; leave it out for the likeliest tokens"
                            .formatted(temperature));
        }
        if (n != null && (n < 1 || n > SampleCommand.MOST)) {
            throw wrong("--n is %d, expected 1 to %d".formatted(n, SampleCommand.MOST));
        }
        if (maxTokens != null && maxTokens < 1) {
            throw wrong(
                    "--max-tokens is %d, expected a whole number (at least 1)"
                            .formatted(maxTokens));
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void show(Task own, Sequence sequence) {
        Query query = sequence.query();
        Continuation continuation = sequence.continuation();
        PrintWriter out = output.out();
        query.question().ifPresent(question -> out.println(head(own, question, continuation)));
        TokenLines lines = new TokenLines(List.of(""));
        add(lines, texts(own, query.prompt().tokens()), continuation.promptDepths());
        lines.mark("=>");
        add(lines, texts(own, continuation.tokens()), continuation.depths());
        out.println(lines.text(spec.usageMessage().width()));
    }

    private static void add(TokenLines lines, List<String> tokens, int[] depths) {
        for (int i = 0; i < depths.length; i++) {
            lines.add(tokens.get(i), List.of(Integer.toString(depths[i])));
        }
    }

    private static String head(Task own, Question question, Continuation continuation) {
        int answers = question.sample().spans().size();
        String place =
                answers > 1
                        ? "%s, answer %d of %d"
                                .formatted(
                                        question.sample().point(),
                                        question.span().orElseThrow() + 1,
                                        answers)
                        : question.sample().point().toString();
        return place
                + question.grade(own, continuation)
                        .map(right ->
                                right
                                        ? ": right"
                                        : ": wrong, a right answer is "
                                                + String.join(" ", texts(own, question.answer())))
                        .orElse("");
    }

    private static List<String> texts(Task own, int[] tokens) {
        return IntStream.of(tokens).mapToObj(own.vocabulary()::text).toList();
    }

    private static Map<String, Object> map(Task own, Sequence sequence) {
        Query query = sequence.query();
        Continuation continuation = sequence.continuation();
        Map<String, Object> map = new LinkedHashMap<>();
        query.question()
                .ifPresent(question -> {
                    map.put("point", question.sample().point().values());
                    map.put("sample", question.index());
                    question.span().ifPresent(span -> map.put("answer", span));
                });
        map.put(
                "prompt",
                maps(
                        own,
                        query.prompt().tokens(),
                        continuation.promptDepths(),
                        continuation.promptExpectedDepths()));
        map.put(
                "continuation",
                maps(
                        own,
                        continuation.tokens(),
                        continuation.depths(),
                        continuation.expectedDepths()));
        query.question()
                .ifPresent(question ->
                        question.grade(own, continuation)
                                .ifPresent(right -> {
                                    map.put("right", right);
                                    map.put("right_answer", texts(own, question.answer()));
                                }));
        return map;
    }

    private static List<Map<String, Object>> maps(
            Task own, int[] tokens, int[] depths, float[] expectedDepths) {
        List<Map<String, Object>> maps = new ArrayList<>();
        for (int i = 0; i < tokens.length; i++) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("token", own.vocabulary().text(tokens[i]));
            map.put("id", tokens[i]);
            map.put("depth", depths[i]);
            map.put("expected_depth", expectedDepths[i]);
            maps.add(map);
        }
        return maps;
    }
}
