package org.anira.app.command;

import org.anira.app.process.ExitCode;
import org.anira.app.process.Versions;
import org.anira.runtime.experiment.Invocation;
import org.anira.runtime.run.ShellWords;

import picocli.CommandLine.Model.CommandSpec;

import java.util.ArrayList;
import java.util.List;

/** The command line that the user typed, for records. */
final class TypedLine {

    private TypedLine() {}

    /** Returns its words, {@code anira} first. */
    static List<String> words(CommandSpec command) {
        List<String> words = new ArrayList<>(List.of("anira"));
        words.addAll(command.root().commandLine().getParseResult().originalArgs());
        return words;
    }

    /** Returns the description of this process that a run records. */
    static Invocation invocation(CommandSpec command) {
        return new Invocation(
                Versions.anira(), Versions.commit(), words(command), ExitCode.OF_TRAININGS);
    }

    /** Returns it as one line that can be pasted into a shell. */
    static String line(CommandSpec command) {
        return ShellWords.join(words(command));
    }
}
