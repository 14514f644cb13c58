package org.anira.runtime.plugin;

import org.anira.api.PluginException;
import org.anira.runtime.hash.Sha256;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A plug-in at one moment, as plain values, for provenance and lists.
 *
 * @param id its id
 * @param module name of its module, if its descriptor could be read
 * @param version version of its module, if it has one
 * @param api the API it was built for, if its descriptor could be read
 * @param ranking its ranking
 * @param nativeEngine whether it loads a native engine
 * @param path the jar or folder, as the user gave it
 * @param jars all its jars
 * @param provides the provider classes by kind, such as {@code halting}
 * @param names the names that it provides, and whether others provide them too; empty unless it is
 *     active
 * @param replaces the plug-ins of the same id that are set aside because of it
 * @param state its state
 * @param code the code of the reason, if it failed or is set aside
 * @param reason why it failed or is set aside, in words
 */
public record PluginSnapshot(
        String id,
        Optional<String> module,
        Optional<String> version,
        Optional<String> api,
        int ranking,
        boolean nativeEngine,
        Path path,
        List<Jar> jars,
        Map<String, List<String>> provides,
        List<Name> names,
        List<Rival> replaces,
        PluginState state,
        Optional<String> code,
        Optional<String> reason) {

    /**
     * A jar of a plug-in.
     *
     * @param path the file
     * @param sha256 SHA-256 of its content, 64 lower-case hexadecimal digits; empty if it cannot be
     *     read, or the plug-in failed
     */
    public record Jar(Path path, Optional<String> sha256) {

        private Map<String, Object> map() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("path", absolute(path));
            sha256.ifPresent(hash -> map.put("sha256", hash));
            return map;
        }
    }

    /**
     * A name under which it provides something.
     *
     * @param kind the key of the kind, such as {@code halting}
     * @param name the name
     * @param standing whether the name selects this plug-in's provider
     * @param rivals the other plug-ins that provide the same kind and name
     * @param reason why the name does not select it, in words, if so; the code is PLG-004
     */
    public record Name(
            String kind,
            String name,
            Service.Standing standing,
            List<Rival> rivals,
            Optional<String> reason) {

        static Name of(Claim claim) {
            return new Name(
                    claim.kind().key(),
                    claim.name(),
                    claim.standing(),
                    claim.rivals().stream().map(Rival::of).toList(),
                    claim.reason().map(Throwable::getMessage));
        }

        private Map<String, Object> map() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("kind", kind);
            map.put("name", name);
            map.put("standing", standing.name().toLowerCase(Locale.ROOT));
            if (!rivals.isEmpty()) {
                map.put("rivals", rivals.stream().map(Rival::map).toList());
            }
            reason.ifPresent(text -> map.put("reason", text));
            return map;
        }
    }

    /**
     * Another plug-in that provides the same kind and name.
     *
     * @param id its id
     * @param version its version, if it has one
     * @param ranking its ranking
     * @param path its jar or folder
     */
    public record Rival(String id, Optional<String> version, int ranking, Path path) {

        static Rival of(Plugin plugin) {
            return new Rival(
                    plugin.id(),
                    plugin.descriptor().flatMap(PluginDescriptor::version),
                    Precedence.ranking(plugin),
                    plugin.path());
        }

        private Map<String, Object> map() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("id", id);
            version.ifPresent(text -> map.put("version", text));
            map.put("ranking", ranking);
            map.put("path", absolute(path));
            return map;
        }
    }

    /**
     * Returns the hash that identifies its code: the SHA-256 of its jar or, if it has several, that
     * of their hashes, one per line; empty if a jar has none.
     */
    public Optional<String> sha256() {
        if (jars.isEmpty() || jars.stream().anyMatch(jar -> jar.sha256().isEmpty())) {
            return Optional.empty();
        }
        List<String> hashes = jars.stream().map(jar -> jar.sha256().orElseThrow()).toList();
        return Optional.of(
                hashes.size() == 1 ? hashes.getFirst() : Sha256.of(String.join("\n", hashes)));
    }

    /**
     * Returns why it, or a name that it provides, is not used, each with its code; empty if all of
     * it is used.
     */
    public List<String> remarks() {
        return reason.isPresent()
                ? List.of(code.orElse("") + "  " + reason.get())
                : names.stream()
                        .flatMap(name -> name.reason().stream())
                        .map(each -> "PLG-004  " + each)
                        .toList();
    }

    /** Returns it in one line, for people. */
    public String line() {
        return "%s %s, %s, %s, %s"
                .formatted(
                        id,
                        version.orElse("without version"),
                        String.join(" and ", provides.keySet()),
                        path,
                        state);
    }

    /** Returns all of it, for a document. */
    public Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        module.ifPresent(text -> map.put("module", text));
        version.ifPresent(text -> map.put("version", text));
        api.ifPresent(text -> map.put("api", text));
        map.put("ranking", ranking);
        map.put("native_engine", nativeEngine);
        map.put("path", absolute(path));
        sha256().ifPresent(hash -> map.put("sha256", hash));
        map.put("jars", jars.stream().map(Jar::map).toList());
        map.put("provides", provides);
        map.put("names", names.stream().map(Name::map).toList());
        if (!replaces.isEmpty()) {
            map.put("replaces", replaces.stream().map(Rival::map).toList());
        }
        map.put("state", state.toString());
        code.ifPresent(text -> map.put("code", text));
        reason.ifPresent(text -> map.put("reason", text));
        return map;
    }

    /** Returns an absolute path. */
    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    /**
     * Returns the snapshot of a plug-in.
     *
     * @param all all plug-ins of the registry
     * @param jars its jars with their hashes
     */
    static PluginSnapshot of(Plugin plugin, Collection<Plugin> all, List<Jar> jars) {
        Optional<PluginDescriptor> descriptor = plugin.descriptor();
        Optional<PluginException> reason = plugin.reason().or(() -> Precedence.remark(plugin, all));
        Map<String, List<String>> provides = new LinkedHashMap<>();
        descriptor.ifPresent(known ->
                known.provides().forEach((kind, classes) -> provides.put(kind.key(), classes)));
        return new PluginSnapshot(
                plugin.id(),
                descriptor.map(PluginDescriptor::module),
                descriptor.flatMap(PluginDescriptor::version),
                descriptor.map(known -> known.api().toString()),
                descriptor.map(PluginDescriptor::ranking).orElse(0),
                descriptor.map(PluginDescriptor::nativeEngine).orElse(false),
                plugin.path(),
                jars,
                Collections.unmodifiableMap(provides),
                plugin.names().keySet().stream()
                        .flatMap(kind -> Claim.of(kind, all).stream())
                        .filter(claim -> claim.plugin() == plugin)
                        .map(Name::of)
                        .toList(),
                Precedence.replaced(plugin, all).stream().map(Rival::of).toList(),
                plugin.state(),
                reason.map(PluginException::code),
                reason.map(Throwable::getMessage));
    }
}
