package org.anira.runtime.plugin;

/** Listens to changes of plug-ins. */
@FunctionalInterface
public interface PluginListener {

    /**
     * Called after a change, in the thread that made it; listeners are called in the order in which
     * they were added. It must not change plug-ins. Its exceptions reach the caller of the change.
     */
    void changed(PluginEvent event);
}
