package org.anira.runtime.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Names of the code as users write them: {@code maxDepth} and {@code MAX_DEPTH} as max-depth. */
final class KebabCase {

    private KebabCase() {}

    /** Returns a name in camel case. */
    static String of(String camelCase) {
        return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** Returns the name of a constant. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the names of all constants of an enum, in order. */
    static List<String> names(Class<?> type) {
        return constants(type).stream().map(KebabCase::of).toList();
    }

    /** Returns the constant of an enum that has a name. */
    static Enum<?> constant(Class<?> type, String name) {
        return constants(type).stream()
                .filter(constant -> of(constant).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(type + " has no " + name));
    }

    private static List<Enum<?>> constants(Class<?> type) {
        return Arrays.<Object>stream(type.getEnumConstants())
                .<Enum<?>>map(constant -> (Enum<?>) constant)
                .toList();
    }
}
