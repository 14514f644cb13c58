package org.anira.runtime.plugin;

import java.util.Locale;

/** Where a plug-in is in its life; the package description draws the ways between. */
public enum PluginState {
    /** Its descriptor is read and fits this host; nothing of it has run. */
    INSTALLED,
    /** It has a layer. */
    RESOLVED,
    /** Its providers can be found. */
    ACTIVE,
    /** Its providers were withdrawn; it can be started again. */
    STOPPED,
    /** It was taken out of the registry. */
    UNINSTALLED,
    /** It cannot be used, for a reason it keeps. */
    FAILED;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
