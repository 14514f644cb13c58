package org.anira.runtime.plugin;

import org.anira.api.Provider;

/**
 * A provider of an active plug-in.
 *
 * @param kind what it provides
 * @param name its name
 * @param provider the provider; calls to it run with the plug-in's context class loader
 * @param plugin the provider's plug-in
 * @param standing whether its name selects it
 * @param <P> type of the provider
 */
public record Service<P extends Provider>(
        Kind<P> kind, String name, P provider, Plugin plugin, Standing standing) {

    /** Whether the name of a service selects it. */
    public enum Standing {
        /** The name selects it. */
        SELECTED,
        /** Another plug-in provides the same kind and name with a higher ranking. */
        SHADOWED,
        /**
         * Another plug-in provides the same kind and name with the same ranking, or has the same
         * id, ranking and version: the name is unusable.
         */
        CONFLICTING
    }
}
