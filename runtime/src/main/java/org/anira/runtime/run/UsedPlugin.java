package org.anira.runtime.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A plug-in as recorded in provenance: the values that identify it.
 *
 * @param id its id
 * @param version of its module, if it has one
 * @param path of its jar or folder where it was used
 * @param sha256 of its jars, 64 hexadecimal digits
 */
public record UsedPlugin(
        String id, Optional<String> version, Optional<String> path, Optional<String> sha256) {

    /** The number of hash digits shown, enough to tell two jars apart. */
    private static final int DIGITS = 12;

    /** Reads one of {@link Provenance#plugins}; values that are missing, or no text, are empty. */
    public static UsedPlugin of(Map<?, ?> noted) {
        return new UsedPlugin(
                text(noted, "id").orElse(""),
                text(noted, "version"),
                text(noted, "path"),
                text(noted, "sha256"));
    }

    private static Optional<String> text(Map<?, ?> noted, String key) {
        return noted.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /**
     * Finds the plug-in that provided something.
     *
     * @param plugins as {@link Provenance#plugins}
     * @param kind such as {@code halting}
     * @param name the name that it provided
     */
    public static Optional<UsedPlugin> providing(List<?> plugins, String kind, String name) {
        List<Map<?, ?>> all = new ArrayList<>();
        for (Object each : plugins) {
            if (each instanceof Map<?, ?> noted) {
                all.add(noted);
            }
        }
        return all.stream()
                .filter(noted -> provided(noted, kind, name))
                .findFirst()
                .or(() -> onlyOne(all, kind))
                .map(UsedPlugin::of);
    }

    private static boolean provided(Map<?, ?> noted, String kind, String name) {
        return noted.get("names") instanceof List<?> names
                && names.stream()
                        .anyMatch(each ->
                                each instanceof Map<?, ?> own
                                        && kind.equals(own.get("kind"))
                                        && name.equals(own.get("name")));
    }

    /** Returns a kind's only plug-in, for runs of builds that did not record names. */
    private static Optional<Map<?, ?>> onlyOne(List<Map<?, ?>> plugins, String kind) {
        List<Map<?, ?>> all =
                plugins.stream()
                        .filter(noted ->
                                !noted.containsKey("names")
                                        && noted.get("provides") instanceof Map<?, ?> provides
                                        && provides.containsKey(kind))
                        .toList();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    /**
     * Returns a copy for another jar, of which only the hash is known; this if the hash is the
     * same.
     */
    public UsedPlugin withHash(String hash) {
        return sha256.filter(hash::equals).isPresent()
                ? this
                : new UsedPlugin(id, Optional.empty(), Optional.empty(), Optional.of(hash));
    }

    /** Returns it for a document. */
    public Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        version.ifPresent(text -> map.put("version", text));
        path.ifPresent(text -> map.put("path", text));
        sha256.ifPresent(text -> map.put("sha256", text));
        return map;
    }

    /** Returns such as {@code 'halfway' 1.2 (halfway.jar, SHA-256 9f86d081884c…)}. */
    @Override
    public String toString() {
        List<String> more = new ArrayList<>();
        path.ifPresent(text -> more.add(text.replaceFirst(".*[/\\\\](?=.)", "")));
        sha256.ifPresent(text ->
                more.add(
                        "SHA-256 %s…"
                                .formatted(text.substring(0, Math.min(DIGITS, text.length())))));
        return "'%s'%s%s"
                .formatted(
                        id,
                        version.map(text -> " " + text).orElse(""),
                        more.isEmpty() ? "" : " (%s)".formatted(String.join(", ", more)));
    }
}
