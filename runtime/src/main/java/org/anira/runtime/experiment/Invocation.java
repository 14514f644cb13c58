package org.anira.runtime.experiment;

import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * The process that carries out an experiment, as provenance and status note it.
 *
 * @param version of the program
 * @param commit the source it was built from, if known
 * @param command the command line, word by word
 * @param exitCodes the exit codes it can end with
 */
public record Invocation(
        String version, Optional<String> commit, List<String> command, ExitCodes exitCodes) {

    /** Copies the list. */
    public Invocation {
        command = List.copyOf(command);
    }

    /**
     * The exit codes of a process.
     *
     * @param done after all steps of a training
     * @param interrupted after a training that was asked to stop
     * @param failed after an error
     */
    public record ExitCodes(int done, int interrupted, ToIntFunction<Throwable> failed) {}
}
