package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Provider;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Writes experiments as YAML that {@link Draft} reads. */
public final class ExperimentYaml {

    /** Column in which comments behind a value begin, if the value leaves room. */
    private static final int COMMENT_COLUMN = 40;

    private final boolean explaining;
    private final StringBuilder text = new StringBuilder();
    private List<String> open = List.of();

    /**
     * Begins a text.
     *
     * @param explaining whether each section begins with a comment that explains it
     */
    private ExperimentYaml(boolean explaining) {
        this.explaining = explaining;
    }

    /** Returns every setting of an experiment. */
    public static String of(Experiment experiment) {
        return of(experiment.values(), _ -> "");
    }

    /**
     * Returns settings, each with a comment.
     *
     * @param values by dotted path, in the order of a file
     * @param comment by dotted path; empty for none
     */
    static String of(Map<String, Object> values, Function<String, String> comment) {
        return write(values, false, comment);
    }

    /** Returns every setting with a comment that says where it comes from. */
    public static String withOrigins(ResolvedExperiment resolved) {
        return of(
                resolved.experiment().values(),
                path -> resolved.values().get(path).origin().toString());
    }

    /** Returns every setting with a comment that says what it means and which values it takes. */
    public static String explained(Experiment experiment, Providers providers) {
        return write(
                experiment.values(),
                true,
                path ->
                        option(path, experiment, providers)
                                .map(ExperimentYaml::meaning)
                                .orElse(""));
    }

    /**
     * Returns a section with a provider's name, the section's own options and the provider's, each
     * with its default and explained in a comment.
     */
    public static String sample(Section section, Provider provider) {
        ExperimentYaml yaml = new ExperimentYaml(true);
        yaml.put(section.path("name"), provider.name(), provider.summary());
        for (Option option : section.options()) {
            yaml.put(section.path(option.name()), option.defaultValue(), meaning(option));
        }
        for (Option option : provider.options()) {
            yaml.put(section.optionPath(option.name()), option.defaultValue(), meaning(option));
        }
        return yaml.text.toString();
    }

    private static String write(
            Map<String, Object> values, boolean explaining, Function<String, String> comment) {
        ExperimentYaml yaml = new ExperimentYaml(explaining);
        values.forEach((path, value) -> yaml.put(path, value, comment.apply(path)));
        return yaml.text.toString();
    }

    private static Optional<Option> option(
            String path, Experiment experiment, Providers providers) {
        if (path.startsWith(Section.TASK.optionPath(""))) {
            return option(path, providers.task(experiment.task().name()));
        }
        if (path.startsWith(Section.HALTING.optionPath(""))) {
            return option(path, providers.halting(experiment.halting().choice().name()));
        }
        if (path.startsWith(Section.BACKEND.optionPath(""))) {
            return option(path, providers.backend(experiment.backend().name()));
        }
        return Schema.option(path);
    }

    private static Optional<Option> option(String path, Provider provider) {
        return provider.options().stream()
                .filter(option -> path.endsWith(".options." + option.name()))
                .findFirst();
    }

    private static String meaning(Option option) {
        return option.range().isEmpty()
                ? option.summary()
                : option.summary() + " (" + option.range() + ")";
    }

    /** Writes a line, after the headings of the sections that it opens. */
    private void put(String path, Object value, String comment) {
        List<String> keys = List.of(path.split("\\."));
        List<String> sections = keys.subList(0, keys.size() - 1);
        for (int depth = 0; depth < sections.size(); depth++) {
            boolean isOpen =
                    open.size() > depth
                            && open.subList(0, depth + 1).equals(sections.subList(0, depth + 1));
            if (!isOpen) {
                heading(depth, sections.get(depth));
            }
        }
        open = sections;
        line(
                sections.size(),
                YamlText.write(keys.getLast()) + ": " + YamlText.write(value),
                comment);
    }

    private void heading(int depth, String key) {
        String about =
                depth == 0 && explaining ? Section.of(key).map(Section::summary).orElse("") : "";
        line(depth, YamlText.write(key) + ":", about);
    }

    private void line(int depth, String content, String comment) {
        int start = text.length();
        text.repeat(' ', 2 * depth).append(content);
        if (!comment.isEmpty()) {
            int missing = COMMENT_COLUMN - (text.length() - start);
            text.repeat(' ', Math.max(2, missing)).append("# ").append(YamlText.comment(comment));
        }
        text.append('\n');
    }
}
