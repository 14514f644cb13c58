package org.anira.runtime.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.anira.api.DataException;
import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.runtime.config.YamlText.Content;
import org.anira.runtime.config.YamlText.Leaf;
import org.anira.runtime.run.DurableFiles;
import org.anira.runtime.run.RunFolder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
 * Immutable. All problems with it are reported at once when it is {@link ResolvedExperiment#resolve
 * resolved}.
 */
public final class Draft {

    private final String source;
    private final List<Leaf> file;
    private final List<List<Leaf>> overrides;

    /**
     * The content given for a setting.
     *
     * @param content the content
     * @param place where it stands
     * @param key where the last key of its path stands
     */
    record Given(Content content, Origin place, Origin key) {

        /**
         * Returns the content as a value of an option.
         *
         * @param path of the setting
         * @throws SettingsException CFG-003 if the option does not allow it
         */
        Object value(String path, Option option) {
            boolean text = option.type() == Option.Type.TEXT;
            Object raw =
                    switch (content) {
                        // A text is what was written, be it a number: 012 stays so.
                        case Content.Scalar(Number _, String written) when text -> written;
                        case Content.Scalar(Object value, _) -> value;
                        // "rule:" in a file, "halting.rule=" on the command line.
                        case Content.Nothing _ when text -> "";
                        default -> throw misfit(path, option);
                    };
            int name = path.length() - option.name().length();
            // The top has no section, so its options have nothing before the dot.
            String where = path.substring(0, Math.max(0, name - 1));
            Map<String, Object> one = Map.of(option.name(), raw);
            return Settings.of(where, List.of(option), one).values().get(option.name());
        }

        private SettingsException misfit(String path, Option option) {
            return new SettingsException(
                    "CFG-003",
                    List.of(path),
                    "'%s' is %s, expected %s".formatted(path, content.shown(), option.expected()));
        }
    }

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
     * Reads a text that is part of another file, so that lines and columns mean nothing to the
     * user.
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
     * @throws SettingsException CFG-004 if it cannot be read, CFG-005 if it is not YAML in UTF-8,
     *     or too large for an experiment
     */
    public static Draft read(Path file) {
        return read(file.toString(), text(file));
    }

    private static String text(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            // Reading a device or a pipe may never end.
            throw new SettingsException(
                    "CFG-004",
                    "'%s' cannot be read: it is %s"
                            .formatted(
                                    file,
                                    Files.isDirectory(file) ? "a folder" : "no regular file"));
        }
        byte[] bytes;
        try (InputStream content = Files.newInputStream(file)) {
            bytes = content.readNBytes(YamlText.LONGEST + 1);
        } catch (NoSuchFileException e) {
            throw new SettingsException("CFG-004", "There is no file '%s'".formatted(file), e);
        } catch (IOException e) {
            throw new SettingsException(
                    "CFG-004",
                    "'%s' cannot be read: %s".formatted(file, DurableFiles.reason(e)),
                    e);
        }
        if (bytes.length > YamlText.LONGEST) {
            throw new SettingsException(
                    "CFG-005",
                    "%s is larger than %d bytes, the most that an experiment may have"
                            .formatted(file, YamlText.LONGEST));
        }
        CharBuffer text = CharBuffer.allocate(bytes.length);
        ByteBuffer left = ByteBuffer.wrap(bytes);
        if (UTF_8.newDecoder().decode(left, text, true).isError()) {
            String before = text.flip().toString();
            int line = (int) before.chars().filter(character -> character == '\n').count() + 1;
            throw new SettingsException(
                    "CFG-005",
                    "%s:%d:%d not UTF-8 text: byte %02x"
                            .formatted(
                                    file,
                                    line,
                                    before.length() - before.lastIndexOf('\n'),
                                    left.get()));
        }
        return text.flip().toString();
    }

    /**
     * Reads the settings of a run, {@code config.yaml}.
     *
     * @throws DataException RUN-004 if the file is missing, cannot be read or is not YAML
     */
    public static Draft of(RunFolder run) {
        if (!Files.exists(run.config(), LinkOption.NOFOLLOW_LINKS)) {
            throw new DataException(
                    "RUN-004",
                    "Run '%s' has no 'config.yaml': it was stopped before it had begun, or the file was removed. Restore the file, or remove the folder and train again: anira train EXPERIMENT"
                            .formatted(run.path()));
        }
        try {
            return read(run.config());
        } catch (SettingsException e) {
            throw damaged(e);
        }
    }

    /** Returns the error for settings of a run that are wrong without any override: RUN-004. */
    public static DataException damaged(SettingsException wrong) {
        return new DataException(
                "RUN-004", wrong.getMessage() + "\nRestore the file, or use another run.", wrong);
    }

    /**
     * Returns the file's scalar values as texts by dotted path, sorted, including paths that are no
     * settings in this build.
     */
    public SortedMap<String, String> texts() {
        SortedMap<String, String> texts = new TreeMap<>();
        for (Leaf leaf : file) {
            switch (leaf.value()) {
                case Content.Scalar(Object value, _) -> texts.put(leaf.path(), value.toString());
                case Content.Nothing _ -> texts.put(leaf.path(), "");
                case Content.Mapping _, Content.Sequence _, Content.Repeated _ -> {}
            }
        }
        return texts;
    }

    /**
     * Returns this draft with overrides on top, in order.
     *
     * @param words each {@code a.b.c=value}, the value in YAML
     * @throws SettingsException CFG-006 if one is not an assignment, CFG-005 if its value is not
     *     YAML
     */
    public Draft with(List<String> words) {
        return assigning(words.stream().map(Assignment::of).toList());
    }

    /**
     * Returns this draft with overrides on top, in order.
     *
     * @throws SettingsException CFG-005 if a value is not YAML
     */
    public Draft assigning(List<Assignment> assignments) {
        List<List<Leaf>> all = new ArrayList<>(overrides);
        for (Assignment each : assignments) {
            all.add(YamlText.readOverride(each.origin(), each.path(), each.value()));
        }
        return new Draft(source, file, List.copyOf(all));
    }

    /**
     * Reads the options of one provider outside an experiment.
     *
     * @param section the provider's section
     * @param options what the provider takes
     * @param words each {@code name=value}, the value in YAML; the last one of a name wins
     * @throws SettingsException CFG-006 if one is not an assignment, CFG-005 if its value is not
     *     YAML, CFG-001 or CFG-003 naming everything that does not fit the options
     */
    public static Settings options(Section section, List<Option> options, List<String> words) {
        String prefix = section.optionPath("");
        Map<String, Given> given = new LinkedHashMap<>();
        for (String word : words) {
            Assignment each = Assignment.of(word);
            for (Leaf leaf :
                    YamlText.readOverride(each.origin(), prefix + each.path(), each.value())) {
                boolean inside = Schema.misfit(leaf.path()).isPresent();
                given.put(
                        inside ? each.path() : leaf.path().substring(prefix.length()),
                        inside
                                ? new Given(new Content.Mapping(), leaf.place(), leaf.place())
                                : given(leaf));
            }
        }
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        given.forEach((name, value) -> {
            Optional<Option> option =
                    options.stream().filter(each -> each.name().equals(name)).findFirst();
            try {
                values.put(
                        name,
                        option.isPresent() ? value.value(prefix + name, option.get()) : value);
            } catch (SettingsException e) {
                problems.add(e.getMessage());
                wrong.addAll(e.settings());
            }
        });
        String where = prefix.replaceFirst("\\.$", "");
        try {
            Settings settings = Settings.of(where, options, values);
            if (problems.isEmpty()) {
                return settings;
            }
        } catch (SettingsException unknown) {
            if (problems.isEmpty()) {
                throw unknown;
            }
            problems.addFirst(unknown.getMessage());
            wrong.addAll(0, unknown.settings());
        }
        throw new SettingsException("CFG-003", wrong, String.join("\n", problems));
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
                String until = misfit.get().path();
                Origin key = leaf.keys().get(Schema.length(until) - 1);
                switch (misfit.get()) {
                    case Schema.Misfit.Unknown unknown -> {
                        if (reported.add(until)) {
                            problems.add("CFG-001", until, key, unknown.text());
                        }
                    }
                    case Schema.Misfit.TooLong _ -> {
                        seen.putIfAbsent(until, key);
                        values.put(until, new Given(new Content.Mapping(), key, key));
                    }
                }
                continue;
            }
            switch (leaf.value()) {
                case Content.Repeated(Origin first) ->
                        repeated(path, leaf.place(), first, problems);
                case Content.Nothing _, Content.Mapping _ when Schema.isMapping(path) -> {}
                case Content content when Schema.isMapping(path) ->
                        problems.add(
                                "CFG-003",
                                path,
                                leaf.place(),
                                "%s is %s, expected keys with values"
                                        .formatted(
                                                path.isEmpty() ? "the file" : "'" + path + "'",
                                                content.shown()));
                default -> {
                    // Twice, since one of the keys was written with dots.
                    Origin first = seen.putIfAbsent(path, leaf.keys().getLast());
                    if (first == null) {
                        values.put(path, given(leaf));
                    } else {
                        repeated(path, leaf.keys().getLast(), first, problems);
                    }
                }
            }
        }
    }

    private static Given given(Leaf leaf) {
        return new Given(leaf.value(), leaf.place(), leaf.keys().getLast());
    }

    private static void repeated(String path, Origin place, Origin first, Problems problems) {
        problems.add(
                "CFG-003",
                path,
                place,
                "'%s' is given a second time, after %s".formatted(path, first));
    }

    /**
     * If an override names another provider, the file's options of the former one no longer apply.
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
                                            !leaf.value().equals(values.get(name).content()));
            if (replaced) {
                values.entrySet()
                        .removeIf(entry ->
                                !(entry.getValue().key() instanceof Origin.CommandLine)
                                        && belongsToProvider(section, entry.getKey()));
            }
        }
    }

    private static boolean belongsToProvider(Section section, String path) {
        return path.startsWith(section.optionPath(""))
                || section == Section.HALTING && path.equals(section.path("rule"));
    }
}
