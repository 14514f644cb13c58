package org.anira.runtime.config;

import static java.util.Comparator.comparingInt;

import org.anira.runtime.config.YamlText.Content;
import org.anira.runtime.config.YamlText.Leaf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Presets composed of parts: each is an experiment with a halting mechanism, named {@code
 * EXPERIMENT-MECHANISM}. Immutable.
 *
 * <p>It is read from YAML with {@code mechanisms}, {@code bases} and {@code experiments}. Each part
 * has {@code settings}; {@code if-learnt}, settings that hold only with a mechanism that is {@code
 * learnt}; {@code notes}, comments by the path of a setting; and {@code about}, a comment on the
 * whole. A base or an experiment {@code extends} a base. An experiment may list the {@code
 * mechanisms} that it is combined with; otherwise it is combined with all. The settings of a preset
 * are the mechanism's, then the bases', then the experiment's; the last one wins.
 */
public final class PresetCatalog {

    private static final Pattern KEY =
            Pattern.compile(
                    "mechanisms\\.[^.]+\\.(summary|learnt|settings\\..+)"
                            + "|bases\\.[^.]+\\.(extends|about|(settings|if-learnt|notes)\\..+)"
                            + "|experiments\\.[^.]+\\.(extends|about|summary|mechanisms"
                            + "|(settings|if-learnt|notes)\\..+)");

    /**
     * A preset.
     *
     * @param parts paths of its parts, in order
     * @param learnt whether its mechanism is learnt
     */
    private record Preset(String summary, List<String> parts, boolean learnt) {}

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, Preset> presets = new LinkedHashMap<>();

    private PresetCatalog(List<Leaf> leaves) {
        for (Leaf leaf : leaves) {
            if (!KEY.matcher(leaf.path()).matches()
                    || !(leaf.value() instanceof Content.Scalar(Object value, _))) {
                throw new IllegalArgumentException(
                        "%s'%s' is %s, expected a part of a preset"
                                .formatted(
                                        leaf.place().prefix(), leaf.path(), leaf.value().shown()));
            }
            values.put(leaf.path(), value);
        }
        for (String experiment : keys("experiments.")) {
            String only = text("experiments." + experiment + ".mechanisms");
            for (String mechanism : keys("mechanisms.")) {
                if (only.isEmpty() || List.of(only.split(", ")).contains(mechanism)) {
                    presets.put(experiment + "-" + mechanism, preset(experiment, mechanism));
                }
            }
        }
    }

    /**
     * Reads a catalog.
     *
     * @param source what messages call it
     * @throws IllegalArgumentException if it has an unknown key
     */
    public static PresetCatalog read(String source, String yaml) {
        return new PresetCatalog(YamlText.read(source, yaml));
    }

    private Preset preset(String experiment, String mechanism) {
        List<String> parts = new ArrayList<>(List.of("experiments." + experiment));
        while (!text(parts.getFirst() + ".extends").isEmpty()) {
            parts.addFirst("bases." + text(parts.getFirst() + ".extends"));
        }
        parts.addFirst("mechanisms." + mechanism);
        return new Preset(
                text(parts.getFirst() + ".summary")
                        .replace("{experiment}", text(parts.getLast() + ".summary")),
                parts,
                values.getOrDefault(parts.getFirst() + ".learnt", false).equals(true));
    }

    /** Returns the one-line summary of each preset by its name, in the order of the catalog. */
    public Map<String, String> summaries() {
        Map<String, String> summaries = new LinkedHashMap<>();
        presets.forEach((name, preset) -> summaries.put(name, preset.summary()));
        return Collections.unmodifiableMap(summaries);
    }

    /**
     * Returns a composed preset: an experiment file that begins with its summary as a comment.
     *
     * @param name one of {@link #summaries}
     */
    public String yaml(String name) {
        Preset preset = presets.get(name);
        Map<String, Object> settings = new LinkedHashMap<>();
        Map<String, Object> notes = new LinkedHashMap<>();
        String about = "";
        for (String part : preset.parts()) {
            settings.putAll(below(part + ".settings."));
            if (preset.learnt()) {
                settings.putAll(below(part + ".if-learnt."));
            }
            notes.putAll(below(part + ".notes."));
            about = values.getOrDefault(part + ".about", about).toString();
        }
        Map<String, Object> ordered = new LinkedHashMap<>(Map.of("name", name));
        settings.entrySet().stream()
                .sorted(comparingInt(setting -> Schema.rank(setting.getKey())))
                .forEach(setting -> ordered.put(setting.getKey(), setting.getValue()));
        return "# "
                + (preset.summary() + "\n" + about).strip().replace("\n", "\n# ")
                + "\n"
                + ExperimentYaml.of(ordered, path -> notes.getOrDefault(path, "").toString());
    }

    /** Returns the values below a path that ends in a dot, by the rest of their paths. */
    private Map<String, Object> below(String path) {
        Map<String, Object> below = new LinkedHashMap<>();
        values.forEach((each, value) -> {
            if (each.startsWith(path)) {
                below.put(each.substring(path.length()), value);
            }
        });
        return below;
    }

    /** Returns the keys directly below a path that ends in a dot, in order. */
    private List<String> keys(String path) {
        return below(path).keySet().stream()
                .map(rest -> rest.substring(0, rest.indexOf('.')))
                .distinct()
                .toList();
    }

    private String text(String path) {
        return values.getOrDefault(path, "").toString();
    }
}
