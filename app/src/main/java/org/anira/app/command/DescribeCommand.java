package org.anira.app.command;

import org.anira.api.Option.Type;
import org.anira.api.Provider;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.Axis;
import org.anira.api.task.Point;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;
import org.anira.app.console.Output;
import org.anira.app.preset.Presets;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.ExperimentYaml;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.config.Section;
import org.anira.runtime.config.Use;
import org.anira.runtime.experiment.InstalledPlugins;
import org.anira.runtime.report.Table;
import org.anira.runtime.run.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Describes one provider or preset. */
@Command(
        name = "describe",
        description =
                "Describe a task, halting mechanism, backend or preset and the settings it takes.",
        footer = {
            "",
            "Examples:",
            "  anira describe halting anira-o",
            "  anira describe task mano --yaml          a section for an experiment file",
            "  anira describe preset mano-anira-o --yaml > mine.yaml"
        })
public final class DescribeCommand implements Runnable {

    /** Model shape for making a mechanism when only its rules are needed. */
    private static final int WIDTH = 64;

    private static final int MAX_DEPTH = 6;

    /** The kinds of things that can be described. */
    enum Subject {
        TASK,
        HALTING,
        BACKEND,
        PRESET;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Output output;
    @Spec private CommandSpec spec;
    @Mixin private final PluginFolders folders;

    @Parameters(index = "0", paramLabel = "KIND", description = "One of: ${COMPLETION-CANDIDATES}.")
    private Subject subject;

    @Parameters(
            index = "1",
            paramLabel = "NAME",
            completionCandidates = Candidates.Describable.class,
            description = "Its name; see: anira list.")
    private String name;

    @Option(
            names = "--yaml",
            description = "YAML for an experiment file, each setting with a comment.")
    private boolean yaml;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    /** Makes one that writes to an output. */
    public DescribeCommand(Output output) {
        this.output = output;
        folders = new PluginFolders(output);
    }

    @Override
    public void run() {
        if (yaml && json) {
            throw new ParameterException(
                    spec.commandLine(), "--yaml and --json exclude each other");
        }
        switch (subject) {
            case TASK -> {
                TaskProvider provider = folders.open().task(name);
                show(Section.TASK, provider, yaml ? Map.of() : facts(provider));
            }
            case HALTING -> {
                HaltingProvider provider = folders.open().halting(name);
                show(Section.HALTING, provider, yaml ? Map.of() : facts(provider));
            }
            case BACKEND -> {
                BackendProvider provider = folders.open().backend(name);
                show(
                        Section.BACKEND,
                        provider,
                        Map.of("capabilities", words(provider.capabilities())));
            }
            case PRESET -> preset();
        }
    }

    private void show(Section section, Provider provider, Map<String, Object> facts) {
        PrintWriter out = output.out();
        if (yaml) {
            out.print(ExperimentYaml.sample(section, provider));
        } else if (json) {
            Map<String, Object> content = new LinkedHashMap<>();
            content.put("kind", subject.toString());
            content.put("name", provider.name());
            content.put("summary", provider.summary());
            content.putAll(facts);
            content.put("options", provider.options().stream().map(DescribeCommand::map).toList());
            out.println(Json.document("anira.describe/1", content));
        } else {
            out.printf("%s: %s%n", provider.name(), provider.summary());
            facts.forEach((key, value) -> out.printf("%n%s:%n%s%n", key, indented(value)));
            if (provider.options().isEmpty()) {
                out.printf("%nIt takes no options.%n");
            } else {
                Table table = new Table("option", "default", "values", "meaning");
                for (org.anira.api.Option option : provider.options()) {
                    String values = option.range().isEmpty() ? word(option.type()) : option.range();
                    table.row(
                            option.name(), shown(option.defaultValue()), values, option.summary());
                }
                out.printf(
                        "%noptions, set as %s.options.NAME:%n%s",
                        section.key(), indented(table) + "\n");
            }
        }
    }

    private void preset() {
        Draft draft = Presets.draft(name);
        PrintWriter out = output.out();
        if (yaml) {
            InstalledPlugins plugins = folders.open();
            ResolvedExperiment resolved = ResolvedExperiment.resolve(draft, plugins);
            out.printf("# %s%n", Presets.summaries().get(name));
            out.print(ExperimentYaml.explained(resolved.experiment(), plugins));
        } else if (json) {
            ResolvedExperiment resolved = ResolvedExperiment.resolve(draft, folders.open());
            Map<String, Object> content = new LinkedHashMap<>();
            content.put("kind", subject.toString());
            content.put("name", name);
            content.put("summary", Presets.summaries().get(name));
            content.put("settings", resolved.experiment().values());
            out.println(Json.document("anira.describe/1", content));
        } else {
            out.print(Presets.text(name));
        }
    }

    private static Map<String, Object> facts(TaskProvider provider) {
        Task task = provider.create(Settings.defaults(provider.options()));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("description", task.description());
        facts.put("vocabulary", task.vocabulary().size());
        facts.put("axes", task.axes().stream().map(DescribeCommand::text).toList());
        facts.put("evaluated at", task.grid().stream().map(Point::toString).toList());
        return facts;
    }

    private static String text(Axis axis) {
        return switch (axis) {
            case Axis.Range range ->
                    "%s (%s), %d to %d in training"
                            .formatted(range.name(), range.unit(), range.least(), range.most());
            case Axis.Values values ->
                    "%s (%s): %s"
                            .formatted(
                                    values.name(),
                                    values.unit(),
                                    String.join(", ", values.values()));
        };
    }

    private static Map<String, Object> facts(HaltingProvider provider) {
        HaltingMechanism mechanism =
                provider.create(WIDTH, MAX_DEPTH, Settings.defaults(provider.options()));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("behaviours", words(mechanism.behaviours()));
        List<String> restrictions = Use.restrictions(provider.name(), mechanism);
        if (!restrictions.isEmpty()) {
            facts.put("restrictions", String.join("\n", restrictions));
        }
        facts.put("inference rules, the default first", mechanism.rules());
        return facts;
    }

    private static List<String> words(java.util.Set<? extends Enum<?>> constants) {
        return constants.stream().map(DescribeCommand::word).sorted().toList();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String shown(Object value) {
        return value instanceof String text && text.isEmpty() ? "''" : value.toString();
    }

    private static String indented(Object value) {
        String text =
                switch (value) {
                    case List<?> list when list.isEmpty() -> "none";
                    case List<?> list ->
                            list.stream().map(String::valueOf).collect(Collectors.joining(", "));
                    default -> value.toString();
                };
        return text.strip()
                .lines()
                .map(line -> ("  " + line).stripTrailing())
                .collect(Collectors.joining("\n"));
    }

    private static Map<String, Object> map(org.anira.api.Option option) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", option.name());
        map.put("type", word(option.type()));
        map.put("default", option.defaultValue());
        if (option.type() == Type.CHOICE) {
            map.put("choices", option.choices());
        } else if (!option.range().isEmpty()) {
            map.put("least", option.least());
            map.put("most", option.most());
        }
        map.put("summary", option.summary());
        return map;
    }
}
