package org.anira.runtime.config;

import org.anira.api.AniraException;
import org.anira.api.Names;
import org.anira.api.Option;
import org.anira.api.PluginException;
import org.anira.api.Provider;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;
import org.anira.runtime.config.YamlText.Content;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Checks each value of a draft, and creates the task and mechanism that it names. Used once. */
final class Resolver {

    /** Far more than any name has. */
    private static final int LONGEST_NAME = 200;

    private static final Origin DEFAULT = new Origin.Default();

    private final Draft draft;
    private final Providers providers;
    private final Problems problems = new Problems();
    private final Map<String, PluginException> missing = new LinkedHashMap<>();
    private final Map<String, Draft.Given> given;
    private final Map<String, ResolvedValue> values = new LinkedHashMap<>();

    Resolver(Draft draft, Providers providers) {
        this.draft = draft;
        this.providers = providers;
        this.given = draft.values(problems);
    }

    ResolvedExperiment resolve() {
        check("", Section.TOP);
        checkName();
        Optional<TaskProvider> taskProvider = checkProvider(Section.TASK, providers::task);
        check(Section.MODEL.path(""), Section.MODEL.options());
        Optional<HaltingProvider> haltingProvider =
                checkProvider(Section.HALTING, providers::halting);
        check(Section.HALTING.path(""), Section.HALTING.options());
        check(Section.TRAINING.path(""), Section.TRAINING.options());
        check(Section.EVALUATION.path(""), Section.EVALUATION.options());
        Optional<BackendProvider> backendProvider =
                checkProvider(Section.BACKEND, providers::backend);
        report();

        ModelSettings model =
                placed(Section.MODEL.path(""), () -> ModelSettings.of(settings(Section.MODEL)));
        Experiment experiment =
                new Experiment(
                        (String) values.get("name").value(),
                        (Long) values.get("seed").value(),
                        choice(Section.TASK),
                        model,
                        HaltingSettings.of(choice(Section.HALTING), settings(Section.HALTING)),
                        placed(
                                Section.TRAINING.path(""),
                                () -> TrainingSettings.of(settings(Section.TRAINING))),
                        EvaluationSettings.of(settings(Section.EVALUATION)),
                        choice(Section.BACKEND));
        Task task =
                placed(
                        Section.TASK.optionPath(""),
                        () -> {
                            TaskProvider provider = taskProvider.orElseThrow();
                            return provider.create(settings(Section.TASK, provider));
                        });
        HaltingMechanism halting =
                placed(
                        Section.HALTING.optionPath(""),
                        () -> {
                            HaltingProvider provider = haltingProvider.orElseThrow();
                            return provider.create(
                                    model.width(),
                                    model.maxDepth(),
                                    settings(Section.HALTING, provider));
                        });
        checkRule(experiment.halting().rule(), halting);
        BackendProvider backend = backendProvider.orElseThrow();
        return new ResolvedExperiment(
                experiment, values, task, halting, backend, settings(Section.BACKEND, backend));
    }

    /** Takes over the values of some options, given or default, and notes the wrong ones. */
    private void check(String prefix, List<Option> options) {
        for (Option option : options) {
            String path = prefix + option.name();
            if (!given.containsKey(path)) {
                values.put(path, new ResolvedValue(option.defaultValue(), DEFAULT));
                continue;
            }
            Draft.Given setting = given.get(path);
            try {
                values.put(path, new ResolvedValue(setting.value(path, option), setting.place()));
            } catch (SettingsException e) {
                problems.add(e.code(), path, setting.place(), e.getMessage());
            }
        }
    }

    private void checkName() {
        ResolvedValue name = values.get("name");
        if (name != null && !Names.isWellFormed((String) name.value())) {
            problems.add(
                    "CFG-003",
                    "name",
                    name.origin(),
                    "'name' is '%s', expected lower-case letters, digits and hyphens, a letter first"
                            .formatted(name.value()));
        }
    }

    private <P extends Provider> Optional<P> checkProvider(
            Section section, Function<String, P> lookup) {
        String kind = section.key();
        String path = section.path("name");
        Origin place =
                given.containsKey(path)
                        ? given.get(path).place()
                        : new Origin.Place(draft.source(), 1, 1);
        Content content =
                given.containsKey(path) ? given.get(path).content() : new Content.Nothing();
        if (!(content instanceof Content.Scalar(String word, _))
                || word.isBlank()
                || word.length() > LONGEST_NAME) {
            problems.add(
                    "CFG-003",
                    path,
                    place,
                    "'%s' is %s, expected the name of a %s. See: anira list %s"
                            .formatted(
                                    path,
                                    given.containsKey(path) ? content.shown() : "missing",
                                    section == Section.HALTING ? "halting mechanism" : kind,
                                    section == Section.HALTING ? kind : kind + "s"));
            return Optional.empty();
        }
        ResolvedValue name = new ResolvedValue(word, place);
        values.put(section.path("name"), name);
        try {
            P provider = lookup.apply(word);
            checkOptions(section, provider);
            return Optional.of(provider);
        } catch (PluginException e) {
            missing.put(
                    path,
                    new PluginException(e.code(), name.origin().prefix() + e.getMessage(), e));
            return Optional.empty();
        }
    }

    private void checkOptions(Section section, Provider provider) {
        List<String> known = provider.options().stream().map(Option::name).toList();
        String prefix = section.optionPath("");
        given.forEach((path, value) -> {
            if (path.startsWith(prefix) && !known.contains(path.substring(prefix.length()))) {
                problems.add("CFG-001", path, value.key(), unknownOption(path, prefix, provider));
            }
        });
        check(prefix, provider.options());
    }

    private static String unknownOption(String path, String prefix, Provider provider) {
        List<String> known = provider.options().stream().map(Option::name).toList();
        String hint =
                known.isEmpty()
                        ? "'%s' takes no options".formatted(provider.name())
                        : Names.nearest(path.substring(prefix.length()), known)
                                .map(name -> "Did you mean '%s'?".formatted(prefix + name))
                                .orElse(
                                        "'%s' takes: %s"
                                                .formatted(
                                                        provider.name(), String.join(", ", known)));
        return "unknown key '%s'. %s".formatted(path, hint);
    }

    private void checkRule(String rule, HaltingMechanism halting) {
        if (!rule.isEmpty() && !halting.rules().contains(rule)) {
            problems.add(
                    "CFG-003",
                    Section.HALTING.path("rule"),
                    values.get(Section.HALTING.path("rule")).origin(),
                    "'halting.rule' is '%s', expected one of %s"
                            .formatted(rule, String.join(", ", halting.rules())));
        }
        problems.report(draft.source());
    }

    /** Throws everything found so far. */
    private void report() {
        if (problems.isEmpty() && !missing.isEmpty()) {
            List<PluginException> all = List.copyOf(missing.values());
            throw new PluginException(
                    all.getFirst().code(),
                    String.join("\n", all.stream().map(AniraException::getMessage).toList()),
                    all.getFirst());
        }
        missing.forEach((path, e) -> problems.add(e.code(), path, DEFAULT, e.getMessage()));
        problems.report(draft.source());
    }

    private Settings settings(Section section) {
        return settings(section.key(), section.path(""), section.options());
    }

    private Settings settings(Section section, Provider provider) {
        return settings(section.path("options"), section.optionPath(""), provider.options());
    }

    private Settings settings(String where, String prefix, List<Option> options) {
        Map<String, Object> own = new LinkedHashMap<>();
        options.forEach(
                option -> own.put(option.name(), values.get(prefix + option.name()).value()));
        return Settings.of(where, options, own);
    }

    private Choice choice(Section section) {
        Map<String, Object> options = new LinkedHashMap<>();
        String prefix = section.optionPath("");
        values.forEach((path, value) -> {
            if (path.startsWith(prefix)) {
                options.put(path.substring(prefix.length()), value.value());
            }
        });
        return new Choice((String) values.get(section.path("name")).value(), options);
    }

    /**
     * Runs work. If it throws a {@link SettingsException}, adds the prefix to its settings, and to
     * its message the place of the first of them that was given.
     *
     * @param prefix of the paths of the settings that the work reads
     */
    private <T> T placed(String prefix, Supplier<T> work) {
        try {
            return work.get();
        } catch (SettingsException e) {
            List<String> paths = e.settings().stream().map(prefix::concat).toList();
            String place =
                    paths.stream()
                            .filter(given::containsKey)
                            .findFirst()
                            .map(path -> given.get(path).place().prefix())
                            .orElse("");
            throw new SettingsException(e.code(), paths, place + e.getMessage(), e);
        }
    }
}
