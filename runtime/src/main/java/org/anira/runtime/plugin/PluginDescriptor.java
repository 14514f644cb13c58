package org.anira.runtime.plugin;

import org.anira.api.ApiVersion;

import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The description of a plug-in in its {@code module-info.class}.
 *
 * @param id the plug-in's id, kebab case
 * @param module name of its module
 * @param version version of its module, as written there
 * @param api the API it was built for
 * @param ranking decides between plug-ins that provide the same kind and name
 * @param nativeEngine whether it loads a native engine
 * @param provides the provider classes of each kind it provides
 * @param jar the jar that holds the module
 */
public record PluginDescriptor(
        String id,
        String module,
        Optional<String> version,
        ApiVersion api,
        int ranking,
        boolean nativeEngine,
        Map<Kind<?>, List<String>> provides,
        Path jar) {

    public PluginDescriptor {
        provides = Collections.unmodifiableMap(new LinkedHashMap<>(provides));
    }

    /**
     * Orders plug-ins of one id by ranking, then by version: the greater one is used. A module
     * without a version, or with one that does not begin with a number, is older than all others.
     */
    static final Comparator<PluginDescriptor> PRECEDENCE =
            Comparator.comparingInt(PluginDescriptor::ranking)
                    .thenComparing(
                            PluginDescriptor::comparable,
                            Comparator.comparing(
                                    version -> version.orElse(null),
                                    Comparator.nullsFirst(Comparator.naturalOrder())));

    /** Returns {@code 'id' version}, for messages. */
    String title() {
        return version.map(text -> "'" + id + "' " + text).orElse("'" + id + "'");
    }

    /** Returns the version in words, for messages. */
    String versionOrNone() {
        return version.map(text -> "version " + text).orElse("no version");
    }

    private Optional<ModuleDescriptor.Version> comparable() {
        try {
            return version.map(ModuleDescriptor.Version::parse);
        } catch (IllegalArgumentException unparsable) {
            return Optional.empty();
        }
    }
}
