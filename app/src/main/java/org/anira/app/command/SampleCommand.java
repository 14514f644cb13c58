package org.anira.app.command;

import org.anira.api.Settings;
import org.anira.api.task.CounterRandom;
import org.anira.api.task.Feature;
import org.anira.api.task.Sample;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.app.console.Output;
import org.anira.app.console.ResultWriter;
import org.anira.app.sample.Knobs;
import org.anira.app.sample.SampleStatistics;
import org.anira.app.sample.TokenLines;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.Section;
import org.anira.runtime.report.Table;
import org.anira.runtime.run.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Shows samples of a task. */
@Command(
        name = "sample",
        description =
                "Show samples of a task as training draws them: tokens, the answers in brackets,"
                        + " and how difficult each is.",
        footer = {
            "",
            "Examples:",
            "  anira sample brevo --knob n=6 --features",
            "  anira sample depo words=long max-steps=16 --n 2",
            "  anira sample lano grammar=cfg3f --stats",
            "  anira sample mano --n 1000 --seed 7 --json > samples.json"
        })
public final class SampleCommand implements Runnable {

    private static final int SHOWN = 3;
    private static final int COUNTED = 1000;

    /** The largest number of samples drawn. */
    static final int MOST = 1_000_000;

    private final Output output;
    @Spec private CommandSpec spec;
    @Mixin private final PluginFolders folders;

    @Parameters(
            index = "0",
            paramLabel = "TASK",
            completionCandidates = Candidates.Tasks.class,
            description = "A task; see: anira list tasks.")
    private String name;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "option=value",
            description = "Options of the task, such as form=multi; see: anira describe task NAME.")
    private List<String> options = new ArrayList<>();

    @Option(
            names = "--knob",
            paramLabel = "AXIS=VALUE",
            description =
                    "Only samples with this value of an axis. May be given several times; the other"
                            + " axes are drawn as in training.")
    private List<String> knobs = new ArrayList<>();

    @Option(
            names = {"-n", "--n"},
            paramLabel = "N",
            description = "How many; 3 if not given, and 1000 with --stats.")
    private Integer count;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            converter = SeedConverter.class,
            description =
                    "Seed of the samples; ${DEFAULT-VALUE} if not given. Without --knob"
                            + " they are those of a training with this seed and no knob schedule.")
    private long seed;

    @Option(
            names = "--features",
            description = "Show the difficulty of each token below it, and explain it.")
    private boolean features;

    @Option(
            names = "--stats",
            description =
                    "Show no samples, but their lengths and how often each axis value occurs.Show"
                        + " no samples, but their lengths and how often each axis value occurs.")
    private boolean stats;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    /** Makes one that writes to an output. */
    public SampleCommand(Output output) {
        this.output = output;
        folders = new PluginFolders(output);
    }

    @Override
    public void run() {
        if (features && stats) {
            throw wrong("--features and --stats exclude each other");
        }
        int wanted = count != null ? count : stats ? COUNTED : SHOWN;
        if (wanted < 1 || wanted > MOST) {
            throw wrong("--n is %d, expected 1 to %d".formatted(wanted, MOST));
        }
        TaskProvider provider = folders.open().task(name);
        Settings settings = Draft.options(Section.TASK, provider.options(), options);
        Task task = provider.create(settings);
        Iterable<Sample> samples = samples(task, wanted);
        if (json) {
            Map<String, Object> content = new LinkedHashMap<>();
            content.put("task", provider.name());
            content.put("options", settings.values());
            content.put("knobs", knobs);
            content.put("seed", seed);
            content.put("count", wanted);
            if (stats) {
                content.putAll(statistics(task, samples).content());
            } else {
                documents(task, samples, content);
            }
            Json.print(output.out(), "anira.sample/1", content);
        } else if (stats) {
            output.out().print(statistics(task, samples).text());
        } else {
            print(task, samples);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Returns samples, drawn lazily. */
    private Iterable<Sample> samples(Task task, int wanted) {
        Knobs points;
        try {
            points = new Knobs(task, knobs, new CounterRandom(seed, "knobs", 0));
        } catch (Knobs.KnobException problem) {
            throw wrong(problem.getMessage());
        }
        return () ->
                IntStream.range(0, wanted)
                        .mapToObj(i -> {
                            CounterRandom random = new CounterRandom(seed, "training samples", i);
                            return task.sample(points.draw(random), random);
                        })
                        .iterator();
    }

    private static SampleStatistics statistics(Task task, Iterable<Sample> samples) {
        SampleStatistics statistics = new SampleStatistics(task);
        samples.forEach(statistics::add);
        return statistics;
    }

    private void print(Task task, Iterable<Sample> samples) {
        ResultWriter out = output.out();
        int number = 0;
        List<Feature> described = List.of();
        for (Sample sample : samples) {
            if (out.failure().isPresent()) {
                return; // there may be a million of them
            }
            described = features ? task.features(sample) : List.of();
            out.printf("%d  %s, %d tokens%n", ++number, sample.point(), sample.tokens().length);
            out.print(lines(task, sample, described).text(spec.usageMessage().width()));
            if (!features) {
                out.println();
            }
        }
        if (!described.isEmpty()) {
            Table table = new Table("feature", "meaning");
            described.forEach(feature -> table.row(feature.name(), feature.meaning()));
            out.print(table);
        } else if (features) {
            output.say("The task '%s' has no features.".formatted(name));
        }
    }

    /** Puts brackets around answers; around all targets if there are no answers. */
    private static TokenLines lines(Task task, Sample sample, List<Feature> features) {
        boolean[] marked = new boolean[sample.tokens().length + 1];
        if (sample.spans().isEmpty()) {
            System.arraycopy(sample.target(), 0, marked, 0, sample.target().length);
        }
        for (Span span : sample.spans()) {
            Arrays.fill(marked, span.start(), span.end(), true);
        }
        TokenLines lines = new TokenLines(features.stream().map(Feature::name).toList());
        for (int i = 0; i < sample.tokens().length; i++) {
            int at = i;
            if (marked[i] && !marked[i - 1]) {
                lines.mark("[");
            }
            lines.add(
                    task.vocabulary().text(sample.tokens()[i]),
                    features.stream().map(feature -> shown(feature.values()[at])).toList());
            if (marked[i] && !marked[i + 1]) {
                lines.mark("]");
            }
        }
        return lines;
    }

    private static String shown(double value) {
        if (Double.isNaN(value)) {
            return "·";
        }
        return Math.abs(value - Math.rint(value)) < 1e-9
                ? "%.0f".formatted(value)
                : String.format(Locale.ROOT, "%.2f", value);
    }

    private void documents(Task task, Iterable<Sample> samples, Map<String, Object> content) {
        if (features) {
            Map<String, Object> meanings = new LinkedHashMap<>();
            task.features(samples.iterator().next())
                    .forEach(feature -> meanings.put(feature.name(), feature.meaning()));
            content.put("meanings", meanings);
        }
        Stream<Map<String, Object>> maps =
                StreamSupport.stream(samples.spliterator(), false).map(sample -> map(task, sample));
        content.put("samples", (Iterable<Map<String, Object>>) maps::iterator);
    }

    private Map<String, Object> map(Task task, Sample sample) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("point", sample.point().values());
        map.put("tokens", sample.tokens());
        map.put("text", Arrays.stream(sample.tokens()).mapToObj(task.vocabulary()::text).toList());
        map.put("target", sample.target());
        List<Map<String, Object>> spans = new ArrayList<>();
        for (int s = 0; s < sample.spans().size(); s++) {
            Span span = sample.spans().get(s);
            Map<String, Object> place = new LinkedHashMap<>();
            place.put("start", span.start());
            place.put("end", span.end());
            place.put("limit", span.limit());
            place.put("stops", span.stops());
            place.put("point", task.point(sample, s).values());
            spans.add(place);
        }
        map.put("answers", spans);
        if (features) {
            Map<String, Object> values = new LinkedHashMap<>();
            task.features(sample)
                    .forEach(feature -> values.put(feature.name(), numbers(feature.values())));
            map.put("features", values);
        }
        return map;
    }

    /** Returns numbers for a document: null where a feature does not apply. */
    private static List<Double> numbers(double[] values) {
        List<Double> numbers = new ArrayList<>();
        for (double value : values) {
            numbers.add(Double.isNaN(value) ? null : value);
        }
        return Collections.unmodifiableList(numbers);
    }
}
