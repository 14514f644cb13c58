package org.anira.runtime.plugin;

import java.util.Optional;

/**
 * A change of a plug-in's state.
 *
 * @param plugin which changed
 * @param before its state before; empty if it is new
 * @param after its state now
 */
public record PluginEvent(Plugin plugin, Optional<PluginState> before, PluginState after) {}
