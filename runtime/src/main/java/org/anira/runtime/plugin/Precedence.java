package org.anira.runtime.plugin;

import org.anira.api.PluginException;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Chooses between plug-ins. Of plug-ins with the same id, the one with the higher ranking is used,
 * then the one with the higher version. Versions of different plug-ins cannot be compared: of
 * plug-ins with different ids that provide the same name, the one with the higher ranking is used.
 * If that does not decide, none is used.
 */
final class Precedence {

    /** Orders plug-ins whose descriptors are known. */
    static final Comparator<Plugin> HIGHEST_FIRST =
            Comparator.comparing(
                    plugin -> plugin.descriptor().orElseThrow(),
                    PluginDescriptor.PRECEDENCE.reversed());

    private Precedence() {}

    /**
     * Returns the plug-in of the same id for which a plug-in that did not fail is set aside, if
     * any.
     */
    static Optional<Plugin> replacement(Plugin plugin, Collection<Plugin> all) {
        return all.stream()
                .filter(other -> rivals(plugin, other) && HIGHEST_FIRST.compare(other, plugin) < 0)
                .min(HIGHEST_FIRST);
    }

    /** Returns the plug-ins of the same id that did not fail and are set aside for a plug-in. */
    static List<Plugin> replaced(Plugin plugin, Collection<Plugin> all) {
        return all.stream()
                .filter(other -> rivals(plugin, other) && HIGHEST_FIRST.compare(plugin, other) < 0)
                .toList();
    }

    /** Returns another plug-in of the same id, ranking and version: neither of them can be used. */
    static Optional<Plugin> twin(Plugin plugin, Collection<Plugin> all) {
        return all.stream()
                .filter(other -> rivals(plugin, other) && HIGHEST_FIRST.compare(other, plugin) == 0)
                .findFirst();
    }

    /**
     * Returns why a plug-in that did not fail is not used, or with which other one it conflicts.
     */
    static Optional<PluginException> remark(Plugin plugin, Collection<Plugin> all) {
        return replacement(plugin, all)
                .map(other ->
                        new PluginException(
                                "PLG-004",
                                ("Plugin '%s' is set aside: '%s' has the same id and a higher"
                                                + " ranking or version.")
                                        .formatted(plugin.id(), other.path())))
                .or(() -> twin(plugin, all).map(other -> twice(plugin.id(), plugin, other)));
    }

    /** Returns the error for a name that two plug-ins provide with equal precedence. */
    static PluginException twice(String name, Plugin one, Plugin other) {
        PluginDescriptor descriptor = one.descriptor().orElseThrow();
        return new PluginException(
                "PLG-004",
                ("'%s' is provided twice with ranking %d%s: %s and %s.%nRemove one, or"
                                + " give one a higher ranking.")
                        .formatted(
                                name,
                                descriptor.ranking(),
                                one.id().equals(other.id())
                                        ? " and " + descriptor.versionOrNone()
                                        : "",
                                one.path(),
                                other.path()));
    }

    static int ranking(Plugin plugin) {
        return plugin.descriptor().orElseThrow().ranking();
    }

    private static boolean rivals(Plugin one, Plugin other) {
        return one != other
                && one.state() != PluginState.FAILED
                && other.state() != PluginState.FAILED
                && one.id().equals(other.id());
    }
}
