package org.anira.api;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Collects what is wrong with the settings of a provider, so that the user sees all of it at once.
 * Not thread-safe.
 */
@PublicApi(since = "0.1")
public final class SettingsProblems {

    private final String where;
    private final List<String> texts = new ArrayList<>();
    private final Set<String> settings = new LinkedHashSet<>();

    /**
     * Starts without problems.
     *
     * @param where the beginning of each line, such as {@code Task mano}
     */
    public SettingsProblems(String where) {
        this.where = where;
    }

    /**
     * Notes a problem.
     *
     * @param text what was found, what to do; without a final period
     * @param options names of the options that it is about, as in {@link
     *     SettingsException#settings()}
     */
    public void add(String text, String... options) {
        texts.add(text);
        settings.addAll(List.of(options));
    }

    /** Notes a problem that was thrown. */
    public void add(SettingsException problem) {
        add(problem.getMessage(), problem.settings().toArray(String[]::new));
    }

    /**
     * Throws if there is a problem.
     *
     * @throws SettingsException CFG-003 with all problems, a line for each
     */
    public void report() {
        if (!texts.isEmpty()) {
            throw new SettingsException(
                    "CFG-003",
                    List.copyOf(settings),
                    texts.stream()
                            .map(text -> where + ": " + text + (text.endsWith("?") ? "" : "."))
                            .collect(Collectors.joining("\n")));
        }
    }
}
