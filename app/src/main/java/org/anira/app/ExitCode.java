package org.anira.app;

import org.anira.api.AniraException;
import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.PluginException;
import org.anira.api.SettingsException;
import org.anira.api.TrainingException;

/** What the process ends with. Scripts rely on these numbers. */
final class ExitCode {

    static final int DONE = 0;
    static final int DEFECT = 1;
    static final int USAGE = 2;
    static final int PLUGIN = 3;
    static final int DATA = 4;
    static final int DIVERGED = 5;
    static final int UNMET = 6;
    static final int INTERRUPTED = 130;

    /** As of a program that the signal PIPE ends: 128 + 13. */
    static final int READER_GONE = 141;

    private ExitCode() {}

    /** Returns the exit code of an error. */
    static int of(Throwable thrown) {
        if (thrown instanceof OutOfMemoryError) {
            return PLUGIN;
        }
        if (!(thrown instanceof AniraException e)) {
            return DEFECT;
        }
        return switch (e) {
            case SettingsException _ -> USAGE;
            case PluginException _, BackendException _ -> PLUGIN;
            case DataException _ -> DATA;
            case TrainingException _ -> DIVERGED;
        };
    }
}
