package org.anira.app;

import org.anira.api.AniraException;
import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.PluginException;
import org.anira.api.SettingsException;
import org.anira.api.TrainingException;
import org.anira.runtime.experiment.Invocation;
import org.anira.runtime.train.Trainer;

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

    /** Those of a process that trains. */
    static final Invocation.ExitCodes OF_TRAININGS =
            new Invocation.ExitCodes() {
                @Override
                public int of(Trainer.End end) {
                    return switch (end) {
                        case DONE -> DONE;
                        case INTERRUPTED -> INTERRUPTED;
                    };
                }

                @Override
                public int of(Throwable thrown) {
                    return ExitCode.of(thrown);
                }
            };

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
