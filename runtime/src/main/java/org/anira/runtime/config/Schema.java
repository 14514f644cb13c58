package org.anira.runtime.config;

import org.anira.api.Names;
import org.anira.api.Option;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The dotted paths of an experiment that do not depend on its providers. */
final class Schema {

    /** The name of a provider; it has no default, so it must be given. */
    private static final Option PROVIDER = Option.text("name", "", "Name of the provider");

    private static final Map<String, Option> OPTIONS = options();

    private static final List<String> PATHS = List.copyOf(OPTIONS.keySet());

    private Schema() {}

    /** A path that is no setting. */
    sealed interface Misfit {

        /** Returns the path up to the first key that does not fit. */
        String path();

        /**
         * There is no such key.
         *
         * @param text the message
         */
        record Unknown(String path, String text) implements Misfit {}

        /** It continues below a setting. */
        record TooLong(String path) implements Misfit {}
    }

    /** Returns the option at a path, if there is one outside the providers' options. */
    static Optional<Option> option(String path) {
        return Optional.ofNullable(OPTIONS.get(path));
    }

    /** Returns whether a path holds keys rather than a value; the empty path is the whole file. */
    static boolean isMapping(String path) {
        return path.isEmpty()
                || Section.of(path).isPresent()
                || section(path)
                        .filter(s -> s.choosesProvider() && path.equals(s.path("options")))
                        .isPresent();
    }

    /**
     * Returns a number that is larger for a setting further down in a file; all options of a
     * provider have the number of its name, which they follow.
     *
     * @throws IllegalArgumentException if there is no such setting
     */
    static int rank(String path) {
        String listed =
                section(path)
                        .filter(each -> path.startsWith(each.optionPath("")))
                        .map(each -> each.path("name"))
                        .orElse(path);
        int rank = PATHS.indexOf(listed);
        if (rank < 0) {
            throw new IllegalArgumentException("there is no setting '%s'".formatted(path));
        }
        return rank;
    }

    /** Returns the number of keys in a path. */
    static int length(String path) {
        return path.split("\\.", -1).length;
    }

    /** Returns why a path is no setting, if it is none. */
    static Optional<Misfit> misfit(String path) {
        List<String> keys = List.of(path.split("\\.", -1));
        if (isMapping(path) || OPTIONS.containsKey(path)) {
            return Optional.empty();
        }
        for (int length = 1; length < keys.size(); length++) {
            String shorter = String.join(".", keys.subList(0, length));
            if (OPTIONS.containsKey(shorter)) {
                return Optional.of(new Misfit.TooLong(shorter));
            }
        }
        Optional<Section> section = section(path);
        if (section.isEmpty()) {
            return Optional.of(unknown(keys.getFirst(), "", keys()));
        }
        Section found = section.get();
        if (found.choosesProvider() && keys.get(1).equals("options")) {
            return keys.size() == 3
                    ? Optional.empty()
                    : Optional.of(new Misfit.TooLong(found.optionPath(keys.get(2))));
        }
        return Optional.of(unknown(keys.get(1), found.path(""), found.keys()));
    }

    private static Misfit unknown(String key, String prefix, List<String> siblings) {
        String path = prefix + key;
        String hint =
                Names.nearest(key, siblings)
                        .map(prefix::concat)
                        .or(() -> elsewhere(key))
                        .map("Did you mean '%s'?"::formatted)
                        .orElse("Known: " + String.join(", ", siblings));
        return new Misfit.Unknown(path, "unknown key '%s'. %s".formatted(path, hint));
    }

    /** Returns the right path of a key that was put into the wrong section. */
    private static Optional<String> elsewhere(String key) {
        return OPTIONS.entrySet().stream()
                .filter(entry ->
                        entry.getValue() != PROVIDER && entry.getValue().name().equals(key))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Optional<Section> section(String path) {
        int dot = path.indexOf('.');
        return Section.of(dot < 0 ? path : path.substring(0, dot));
    }

    /** Returns the keys that stand outside of all sections. */
    private static List<String> keys() {
        List<String> keys = new ArrayList<>(Section.TOP.stream().map(Option::name).toList());
        for (Section section : Section.values()) {
            keys.add(section.key());
        }
        return keys;
    }

    private static Map<String, Option> options() {
        Map<String, Option> options = new LinkedHashMap<>();
        Section.TOP.forEach(option -> options.put(option.name(), option));
        for (Section section : Section.values()) {
            if (section.choosesProvider()) {
                options.put(section.path("name"), PROVIDER);
            }
            section.options().forEach(option -> options.put(section.path(option.name()), option));
        }
        return Collections.unmodifiableMap(options);
    }
}
