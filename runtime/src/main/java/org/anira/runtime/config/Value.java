package org.anira.runtime.config;

/**
 * The value of one setting.
 *
 * @param value a number, boolean or text
 * @param origin where it comes from
 */
public record Value(Object value, Origin origin) {}
