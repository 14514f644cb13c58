package org.anira.runtime.config;

import org.anira.api.SettingsException;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with an experiment, so that the user sees everything at once. */
final class Problems {

    /** The largest number of problems shown: more than there are settings. */
    private static final int MOST_SHOWN = 100;

    private record Problem(String code, String path, String text) {}

    private final List<Problem> found = new ArrayList<>();

    /**
     * Notes a problem.
     *
     * @param path dotted, of the setting that it is about; empty for the whole file
     * @param origin where it is
     * @param text what is wrong
     */
    void add(String code, String path, Origin origin, String text) {
        found.add(new Problem(code, path, origin.prefix() + text));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /**
     * Throws if there is a problem.
     *
     * @param source the file as the user named it
     * @throws SettingsException with the problem's code if there is exactly one, CFG-002 with all
     *     if there are several
     */
    void report(String source) {
        List<String> paths =
                found.stream()
                        .map(Problem::path)
                        .filter(path -> !path.isEmpty())
                        .distinct()
                        .toList();
        if (found.size() == 1) {
            throw new SettingsException(found.getFirst().code(), paths, found.getFirst().text());
        }
        if (!found.isEmpty()) {
            StringBuilder text =
                    new StringBuilder("%s: %d problems:".formatted(source, found.size()));
            found.stream()
                    .limit(MOST_SHOWN)
                    .forEach(problem -> text.append('\n').append(problem.text()));
            if (found.size() > MOST_SHOWN) {
                text.append("\n… and %d more".formatted(found.size() - MOST_SHOWN));
            }
            throw new SettingsException("CFG-002", paths, text.toString());
        }
    }
}
