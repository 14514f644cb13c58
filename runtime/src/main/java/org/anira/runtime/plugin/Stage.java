package org.anira.runtime.plugin;

import org.anira.api.PluginException;
import org.anira.api.Provider;

import java.util.Map;

/** A state of a plug-in, with the data of that state. */
sealed interface Stage {

    /** Returns the state's name. */
    PluginState state();

    /** Its descriptor fits. */
    record Installed() implements Stage {
        @Override
        public PluginState state() {
            return PluginState.INSTALLED;
        }
    }

    /**
     * It has a layer.
     *
     * @param layer its modules
     */
    record Resolved(PluginLayer layer) implements Stage {
        @Override
        public PluginState state() {
            return PluginState.RESOLVED;
        }
    }

    /**
     * It can be used.
     *
     * @param layer its modules
     * @param providers its providers by name, for each kind it provides
     */
    record Active(PluginLayer layer, Map<Kind<?>, Map<String, Provider>> providers)
            implements Stage {
        @Override
        public PluginState state() {
            return PluginState.ACTIVE;
        }
    }

    /** Its providers are withdrawn. */
    record Stopped() implements Stage {
        @Override
        public PluginState state() {
            return PluginState.STOPPED;
        }
    }

    /** It was removed from the registry. */
    record Uninstalled() implements Stage {
        @Override
        public PluginState state() {
            return PluginState.UNINSTALLED;
        }
    }

    /**
     * It cannot be used.
     *
     * @param reason why
     */
    record Failed(PluginException reason) implements Stage {
        @Override
        public PluginState state() {
            return PluginState.FAILED;
        }
    }
}
