package org.anira.runtime.experiment;

import org.anira.runtime.train.Trainer;

import java.util.List;
import java.util.Optional;

/**
 * The process that carries out an experiment, as provenance and status note it.
 *
 * @param version of the program
 * @param commit the source it was built from, if known
 * @param command the command line, word by word
 * @param exitCodes what it ends with
 */
public record Invocation(
        String version, Optional<String> commit, List<String> command, ExitCodes exitCodes) {

    /** Copies the list. */
    public Invocation {
        command = List.copyOf(command);
    }

    /** What a process ends with. */
    public interface ExitCodes {

        /** Returns the exit code after a training that ended as it should. */
        int of(Trainer.End end);

        /** Returns the exit code after an error. */
        int of(Throwable thrown);
    }
}
