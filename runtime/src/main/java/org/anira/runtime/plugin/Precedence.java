package org.anira.runtime.plugin;

import org.anira.api.PluginException;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which of several plug-ins counts where they have one id or provide one name: the one with the
 * higher ranking, then the one with the higher version; if both are equal, none.
 */
final class Precedence {

    /** Orders plug-ins whose descriptors are known. */
    static final Comparator<Plugin> HIGHEST_FIRST =
            Comparator.comparing(
                    plugin -> plugin.descriptor().orElseThrow(),
                    PluginDescriptor.PRECEDENCE.reversed());

    private Precedence() {}

    /**
     * Returns the standing of a plug-in's service.
     *
     * @param sorted all plug-ins that provide the same kind and name, highest first
     */
    static Service.Standing standing(Plugin plugin, List<Plugin> sorted) {
        if (HIGHEST_FIRST.compare(plugin, sorted.getFirst()) != 0) {
            return Service.Standing.SHADOWED;
        }
        boolean tie = sorted.size() > 1 && HIGHEST_FIRST.compare(sorted.get(0), sorted.get(1)) == 0;
        return tie ? Service.Standing.CONFLICTING : Service.Standing.SELECTED;
    }

    /** Returns the plug-in of the same id because of which one that did not fail is set aside. */
    static Optional<Plugin> replacement(Plugin plugin, Collection<Plugin> all) {
        return all.stream()
                .filter(other -> rivals(plugin, other) && HIGHEST_FIRST.compare(other, plugin) < 0)
                .min(HIGHEST_FIRST);
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
                .or(() ->
                        all.stream()
                                .filter(other ->
                                        rivals(plugin, other)
                                                && HIGHEST_FIRST.compare(other, plugin) == 0)
                                .findFirst()
                                .map(other -> twice(plugin.id(), plugin, other)));
    }

    /** Returns the refusal of a name that two plug-ins claim with equal right. */
    static PluginException twice(String name, Plugin one, Plugin other) {
        PluginDescriptor descriptor = one.descriptor().orElseThrow();
        return new PluginException(
                "PLG-004",
                ("'%s' is provided twice with ranking %d and %s: %s and %s.%nRemove one, or"
                                + " give one a higher ranking.")
                        .formatted(
                                name,
                                descriptor.ranking(),
                                descriptor.versionOrNone(),
                                one.path(),
                                other.path()));
    }

    private static boolean rivals(Plugin one, Plugin other) {
        return one != other
                && one.id().equals(other.id())
                && one.state() != PluginState.FAILED
                && other.state() != PluginState.FAILED;
    }
}
