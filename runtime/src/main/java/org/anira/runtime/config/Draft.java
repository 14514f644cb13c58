package org.anira.runtime.config;

import org.anira.api.DataException;
import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.runtime.config.YamlText.Content;
import org.anira.runtime.config.YamlText.Leaf;
import org.anira.runtime.run.RunFolder;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An experiment as the user wrote it: a file or preset with overrides on top, the last one winning.
 * Immutable. What is wrong with it is reported, all at once, when it is {@link
 * ResolvedExperiment#resolve resolved}.
 */
public final class Draft {

    private final String source;
    private final List<Leaf> file;
    private final List<List<Leaf>> overrides;

    /**
     * A value with the place of its key.
     *
     * @param value what was given
     * @param key where the last key of its path stands
     */
    record Given(Value value, Origin key) {}

    private Draft(String source, List<Leaf> file, List<List<Leaf>> overrides) {
        this.source = source;
        this.file = file;
        this.overrides = overrides;
    }

    /**
     * Reads a text.
     *
     * @param source what messages call it
     * @throws SettingsException CFG-005 if it is not YAML, with line and column
     */
    public static Draft read(String source, String yaml) {
        return new Draft(source, YamlText.read(source, yaml), List.of());
    }

    /**
     * Reads a text that is part of something else, where lines and columns mean nothing to a user.
     *
     * @param source what messages call it
     * @throws SettingsException CFG-005 if it is not YAML
     */
    public static Draft within(String source, String yaml) {
        return new Draft(source, YamlText.read(new Origin.Within(source), yaml), List.of());
    }

    /**
     * Reads a file.
     *
     * @throws SettingsException CFG-004 if it cannot be read, CFG-005 if it is not YAML in UTF-8
     */
    public static Draft read(Path file) {
        try {
            return read(file.toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new SettingsException("CFG-005", "%s is not UTF-8 text".formatted(file), e);
        } catch (NoSuchFileException e) {
            throw new SettingsException("CFG-004", "There is no file '%s'".formatted(file), e);
        } catch (IOException e) {
            String reason = Files.isDirectory(file) ? "it is a folder" : e.toString();
            throw new SettingsException(
                    "CFG-004", "'%s' cannot be read: %s".formatted(file, reason), e);
        }
    }

    /**
     * Reads the settings of a run, {@code config.yaml}.
     *
     * @throws DataException RUN-004 if the file is missing, cannot be read or is not YAML
     */
    public static Draft of(RunFolder run) {
        try {
            return read(run.config().toString(), run.read(run.config()));
        } catch (SettingsException e) {
            throw new DataException(
                    "RUN-004", e.getMessage() + ". Restore the file, or use another run.", e);
        }
    }

    /**
     * Returns what the file says at each dotted path, as text: every value that is one, whether or
     * not this build knows it as a setting; sorted.
     */
    public SortedMap<String, String> texts() {
        SortedMap<String, String> texts = new TreeMap<>();
        for (Leaf leaf : file) {
            switch (leaf.value()) {
                case Content.Scalar(Object value) -> texts.put(leaf.path(), value.toString());
                case Content.Nothing _ -> texts.put(leaf.path(), "");
                case Content.EmptyMapping _, Content.Sequence _, Content.Repeated _ -> {}
            }
        }
        return texts;
    }

    /**
     * Returns this draft with overrides on top, in order.
     *
     * @param assignments each {@code a.b.c=value}, the value in YAML
     * @throws SettingsException CFG-006 if one is not an assignment, CFG-005 if its value is not
     *     YAML
     */
    public Draft with(List<String> assignments) {
        List<List<Leaf>> all = new ArrayList<>(overrides);
        for (String assignment : assignments) {
            all.add(override("", assignment));
        }
        return new Draft(source, file, List.copyOf(all));
    }

    /**
     * Reads an assignment to a path below {@code parent}, which ends in a dot if it is not empty.
     */
    private static List<Leaf> override(String parent, String assignment) {
        int equals = assignment.indexOf('=');
        if (equals <= 0) {
            throw new SettingsException(
                    "CFG-006",
                    "'%s' is not of the form key.path=value, such as model.width=64"
                            .formatted(assignment));
        }
        String path = parent + assignment.substring(0, equals).strip();
        String value = assignment.substring(equals + 1);
        return YamlText.readOverride(new Origin.Assignment(assignment), path, value);
    }

    /**
     * Reads the options of one provider, where there is no experiment around them.
     *
     * @param section that of the provider
     * @param options what the provider takes
     * @param assignments each {@code name=value}, the value in YAML; the last one of a name wins
     * @throws SettingsException CFG-006 if one is not an assignment, CFG-005 if its value is not
     *     YAML, CFG-001 or CFG-003 naming all that does not fit the options
     */
    public static Settings options(
            Section section, List<Option> options, List<String> assignments) {
        Map<String, Object> given = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        for (String assignment : assignments) {
            for (Leaf leaf : override(section.optionPath(""), assignment)) {
                String name = leaf.path().substring(section.optionPath("").length());
                switch (leaf.value()) {
                    case Content.Scalar(Object value) -> given.put(name, value);
                    case Content.Nothing _ -> given.put(name, "");
                    case Content.EmptyMapping _, Content.Sequence _, Content.Repeated _ ->
                            problems.add(
                                    leaf.place().prefix()
                                            + "'%s' expects one value".formatted(leaf.path()));
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException("CFG-003", String.join("\n", problems));
        }
        return Settings.of(section.optionPath("").replaceFirst("\\.$", ""), options, given);
    }

    /** Returns what messages call this draft. */
    public String source() {
        return source;
    }

    /**
     * Returns the values given, by dotted path, with unknown keys and missing values noted as
     * problems.
     */
    Map<String, Given> values(Problems problems) {
        Map<String, Given> values = new LinkedHashMap<>();
        merge(file, values, problems);
        for (List<Leaf> override : overrides) {
            dropOptionsOfReplacedProviders(override, values);
            merge(override, values, problems);
        }
        return values;
    }

    private static void merge(List<Leaf> leaves, Map<String, Given> values, Problems problems) {
        Map<String, Origin> seen = new LinkedHashMap<>();
        Set<String> reported = new HashSet<>();
        for (Leaf leaf : leaves) {
            String path = leaf.path();
            Optional<Schema.Misfit> misfit = Schema.misfit(path);
            if (misfit.isPresent()) {
                if (reported.add(misfit.get().path())) {
                    Origin key = leaf.keys().get(Schema.length(misfit.get().path()) - 1);
                    problems.add(misfit.get().code(), key, misfit.get().text());
                }
                continue;
            }
            switch (leaf.value()) {
                case Content.Repeated(Origin first) ->
                        repeated(path, leaf.place(), first, problems);
                case Content.Scalar(Object value) when !Schema.isMapping(path) -> {
                    // Twice, since one of the keys was written with dots.
                    Origin first = seen.putIfAbsent(path, leaf.keys().getLast());
                    if (first == null) {
                        values.put(path, given(leaf, value));
                    } else {
                        repeated(path, leaf.keys().getLast(), first, problems);
                    }
                }
                case Content.Nothing _, Content.EmptyMapping _ when Schema.isMapping(path) -> {}
                // The empty text: "rule:" in a file, "halting.rule=" on the command line.
                case Content.Nothing _ when isText(path) -> values.put(path, given(leaf, ""));
                case Content.Scalar(Object value) -> unexpected(leaf, show(value), problems);
                case Content.Nothing _ -> unexpected(leaf, "empty", problems);
                case Content.EmptyMapping _ -> unexpected(leaf, "a mapping", problems);
                case Content.Sequence _ -> unexpected(leaf, "a list", problems);
            }
        }
    }

    private static Given given(Leaf leaf, Object value) {
        return new Given(new Value(value, leaf.place()), leaf.keys().getLast());
    }

    private static void repeated(String path, Origin place, Origin first, Problems problems) {
        problems.add(
                "CFG-003", place, "'%s' is given a second time, after %s".formatted(path, first));
    }

    private static void unexpected(Leaf leaf, String found, Problems problems) {
        String what = leaf.path().isEmpty() ? "the file" : "'" + leaf.path() + "'";
        String expected = Schema.isMapping(leaf.path()) ? "keys with values" : "one value";
        problems.add(
                "CFG-003", leaf.place(), "%s is %s, expected %s".formatted(what, found, expected));
    }

    private static boolean isText(String path) {
        return Schema.option(path).filter(option -> option.type() == Option.Type.TEXT).isPresent();
    }

    private static String show(Object value) {
        return value instanceof String ? "'" + value + "'" : value.toString();
    }

    /**
     * A file's options of one provider mean nothing to another one, which an override names in its
     * place.
     */
    private static void dropOptionsOfReplacedProviders(
            List<Leaf> override, Map<String, Given> values) {
        for (Section section : Section.values()) {
            String name = section.path("name");
            boolean replaced =
                    section.choosesProvider()
                            && values.containsKey(name)
                            && override.stream()
                                    .filter(leaf -> leaf.path().equals(name))
                                    .anyMatch(leaf ->
                                            !leaf.value()
                                                    .equals(
                                                            new Content.Scalar(
                                                                    values.get(name)
                                                                            .value()
                                                                            .value())));
            if (replaced) {
                values.entrySet()
                        .removeIf(entry ->
                                !(entry.getValue().key() instanceof Origin.Assignment)
                                        && belongsToProvider(section, entry.getKey()));
            }
        }
    }

    private static boolean belongsToProvider(Section section, String path) {
        return path.startsWith(section.optionPath(""))
                || section == Section.HALTING && path.equals(section.path("rule"));
    }
}
