package org.anira.runtime.plugin;

import org.anira.api.PluginException;
import org.anira.runtime.hash.Sha256;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What there is to know of a plug-in at a moment, for provenance and lists: plain values only.
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
 * @param names the provided names by kind; empty unless it is active
 * @param state where it is in its life
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
        String path,
        List<Jar> jars,
        Map<String, List<String>> provides,
        Map<String, List<String>> names,
        PluginState state,
        Optional<String> code,
        Optional<String> reason) {

    /**
     * A jar of a plug-in.
     *
     * @param path the file
     * @param sha256 SHA-256 of its content, 64 lower-case hexadecimal digits; empty if it cannot be
     *     read
     */
    public record Jar(String path, Optional<String> sha256) {}

    /**
     * Returns what tells its code from any other: the SHA-256 of its jar or, if it has several,
     * that of their hashes, one in a line; empty if a jar cannot be read.
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
     * Returns what there is to know of a plug-in.
     *
     * @param remark why it is set aside, if it is
     * @param jars its jars with their hashes
     */
    static PluginSnapshot of(Plugin plugin, Optional<PluginException> remark, List<Jar> jars) {
        Optional<PluginDescriptor> descriptor = plugin.descriptor();
        Optional<PluginException> reason = plugin.reason().or(() -> remark);
        return new PluginSnapshot(
                plugin.id(),
                descriptor.map(PluginDescriptor::module),
                descriptor.flatMap(PluginDescriptor::version),
                descriptor.map(known -> known.api().toString()),
                descriptor.map(PluginDescriptor::ranking).orElse(0),
                descriptor.map(PluginDescriptor::nativeEngine).orElse(false),
                plugin.path().toString(),
                jars,
                byKey(descriptor.map(PluginDescriptor::provides).orElse(Map.of())),
                byKey(plugin.names()),
                plugin.state(),
                reason.map(PluginException::code),
                reason.map(Throwable::getMessage));
    }

    private static Map<String, List<String>> byKey(Map<Kind<?>, List<String>> byKind) {
        Map<String, List<String>> byKey = new LinkedHashMap<>();
        byKind.forEach((kind, values) -> byKey.put(kind.key(), values));
        return Collections.unmodifiableMap(byKey);
    }
}
