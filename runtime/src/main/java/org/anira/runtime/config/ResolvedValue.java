package org.anira.runtime.config;

/**
 * The value that a setting has in an experiment, be it given or its default.
 *
 * @param value a number, boolean or text
 * @param origin where it comes from
 */
public record ResolvedValue(Object value, Origin origin) {}
