package org.anira.runtime.config;

/**
 * The value of a setting in an experiment, given or default.
 *
 * @param value a number, boolean or text
 * @param origin where it comes from
 */
public record ResolvedValue(Object value, Origin origin) {}
