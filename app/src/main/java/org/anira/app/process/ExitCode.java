package org.anira.app.process;

import org.anira.api.AniraException;
import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.PluginException;
import org.anira.api.SettingsException;
import org.anira.api.TrainingException;
import org.anira.runtime.experiment.Invocation;

/** The exit codes of the process. Scripts rely on these numbers. */
public final class ExitCode {

    public static final int DONE = 0;
    public static final int DEFECT = 1;
    public static final int USAGE = 2;
    public static final int PLUGIN = 3;
    public static final int DATA = 4;
    public static final int DIVERGED = 5;
    public static final int UNMET = 6;
    public static final int INTERRUPTED = 130;

    /** As for a program killed by SIGPIPE: 128 + 13. */
    public static final int READER_GONE = 141;

    /** The exit codes of a process that trains. */
    public static final Invocation.ExitCodes OF_TRAININGS =
            new Invocation.ExitCodes(DONE, INTERRUPTED, ExitCode::of);

    private ExitCode() {}

    /** Returns the exit code of an error. */
    public static int of(Throwable thrown) {
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
