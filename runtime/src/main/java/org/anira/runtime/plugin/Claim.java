package org.anira.runtime.plugin;

import org.anira.api.PluginException;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A name under which an active plug-in provides something, and whether the name selects it.
 *
 * @param kind what is provided
 * @param name the name
 * @param plugin the plug-in
 * @param rivals the other active plug-ins that provide the same kind and name
 * @param standing whether the name selects this plug-in's provider
 * @param reason why not, if it does not
 */
record Claim(
        Kind<?> kind,
        String name,
        Plugin plugin,
        List<Plugin> rivals,
        Service.Standing standing,
        Optional<PluginException> reason) {

    /** Returns all claims on names of a kind, by name, those with the highest ranking first. */
    static List<Claim> of(Kind<?> kind, Collection<Plugin> all) {
        Map<String, List<Plugin>> byName = new TreeMap<>();
        for (Plugin plugin : all) {
            for (String name : plugin.names().getOrDefault(kind, List.of())) {
                byName.computeIfAbsent(name, key -> new ArrayList<>()).add(plugin);
            }
        }
        List<Claim> claims = new ArrayList<>();
        byName.forEach((name, providing) -> {
            providing.sort(Precedence.HIGHEST_FIRST);
            providing.forEach(plugin -> claims.add(of(kind, name, plugin, providing, all)));
        });
        return claims;
    }

    private static Claim of(
            Kind<?> kind,
            String name,
            Plugin plugin,
            List<Plugin> providing,
            Collection<Plugin> all) {
        List<Plugin> rivals = providing.stream().filter(other -> other != plugin).toList();
        Plugin highest = providing.getFirst();
        if (Precedence.ranking(plugin) < Precedence.ranking(highest)) {
            return new Claim(
                    kind,
                    name,
                    plugin,
                    rivals,
                    Service.Standing.SHADOWED,
                    Optional.of(shadowed(kind, name, plugin, highest)));
        }
        Optional<PluginException> conflict =
                rivals.stream()
                        .filter(other -> Precedence.ranking(other) == Precedence.ranking(plugin))
                        .findFirst()
                        .map(other -> Precedence.twice(name, plugin, other))
                        .or(() ->
                                Precedence.twin(plugin, all)
                                        .map(other ->
                                                Precedence.twice(plugin.id(), plugin, other)));
        return new Claim(
                kind,
                name,
                plugin,
                rivals,
                conflict.isPresent() ? Service.Standing.CONFLICTING : Service.Standing.SELECTED,
                conflict);
    }

    private static PluginException shadowed(
            Kind<?> kind, String name, Plugin plugin, Plugin highest) {
        return new PluginException(
                "PLG-004",
                "The %s '%s' of plugin '%s' is shadowed: that of plugin '%s', '%s', has ranking %d, it has %d."
                        .formatted(
                                kind.noun(),
                                name,
                                plugin.id(),
                                highest.id(),
                                highest.path(),
                                Precedence.ranking(highest),
                                Precedence.ranking(plugin)));
    }
}
