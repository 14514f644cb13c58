package org.anira.runtime.plugin;

import java.util.Locale;

/** The lifecycle state of a plug-in; the package description shows the transitions. */
public enum PluginState {
    /** Its descriptor is read and fits this host; none of its code has run. */
    INSTALLED,
    /** It has a module layer. */
    RESOLVED,
    /** Its providers can be found. */
    ACTIVE,
    /** Its providers were withdrawn; it can be started again. */
    STOPPED,
    /** It was taken out of the registry. */
    UNINSTALLED,
    /** It cannot be used; the reason is kept. */
    FAILED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
