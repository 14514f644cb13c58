package org.anira.runtime.config;

import java.util.Map;

/**
 * A provider named by the user, with the options the user set.
 *
 * @param name the provider's name
 * @param options what the user wrote, unchecked until the provider is found; numbers, booleans and
 *     texts by option name
 */
public record Choice(String name, Map<String, Object> options) {

    public Choice {
        options = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(options));
    }
}
