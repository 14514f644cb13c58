package org.anira.runtime.plugin;

/** Hears of changes of plug-ins. */
@FunctionalInterface
public interface PluginListener {

    /**
     * Hears of a change that has just happened. Called in the thread that made the change, in the
     * order in which the listeners were added; it must not change plug-ins itself. What it throws
     * reaches whoever made the change.
     */
    void changed(PluginEvent event);
}
