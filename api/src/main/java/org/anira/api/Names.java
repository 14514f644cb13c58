package org.anira.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** Checks the form of names, and suggests the nearest one for an unknown name. */
@PublicApi(since = "0.1")
public final class Names {

    private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    private Names() {}

    /** Returns whether {@code name} is kebab case: {@code [a-z][a-z0-9-]{0,62}}. */
    public static boolean isWellFormed(String name) {
        return FORM.matcher(name).matches();
    }

    /**
     * Returns {@code name}.
     *
     * @throws IllegalArgumentException if it is not well-formed; the message begins with {@code
     *     what}
     */
    public static String check(String what, String name) {
        if (!isWellFormed(name)) {
            throw new IllegalArgumentException(
                    "%s name '%s' is not of the form [a-z][a-z0-9-]{0,62}".formatted(what, name));
        }
        return name;
    }

    /**
     * Returns the name in {@code known} that is nearest to a mistyped {@code name}, if one is near
     * enough.
     */
    public static Optional<String> nearest(String name, Collection<String> known) {
        int allowed = Math.max(2, name.length() / 3);
        return known.stream()
                .filter(candidate ->
                        distance(name, candidate) <= allowed
                                || name.length() > 1 && candidate.startsWith(name)
                                || candidate.length() > 1 && name.startsWith(candidate))
                .min(
                        Comparator.comparingInt((String candidate) -> distance(name, candidate))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /** Returns {@code Did you mean 'x'?} or, if nothing is near, the empty text. */
    public static String suggestion(String name, Collection<String> known) {
        return nearest(name, known).map("Did you mean '%s'?"::formatted).orElse("");
    }

    /** Damerau-Levenshtein distance (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] =
                        Math.min(d[i - 1][j - 1] + change, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
