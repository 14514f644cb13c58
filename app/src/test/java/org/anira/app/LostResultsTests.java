package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.app.console.Console;
import org.anira.app.console.ResultWriter;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;

/** Results that cannot be written are no success. */
class LostResultsTests {

    private static final String TOLD =
            "RUN-005  Cannot write the results to standard output: No space left on device."
                + " Redirect it to a place with free space, or keep it open. Files that the command"
                + " wrote are complete.\n";

    private final StringWriter err = new StringWriter();
    private final Full full = new Full();

    /** Takes some characters and then no more, whatever is tried. */
    private static final class Full extends Writer {

        private final StringBuilder taken = new StringBuilder();
        private int room;
        private int refused;

        @Override
        public void write(char[] characters, int offset, int length) throws IOException {
            if (length > room) {
                refused++;
                throw new IOException("No space left on device");
            }
            room -= length;
            taken.append(characters, offset, length);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private int run(boolean pipe, String... words) {
        Console console = new Console(new ResultWriter(full), new PrintWriter(err), false, pipe);
        return Anira.execute(console, words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "help train",
                "train --help",
                "list presets",
                "list presets --json",
                "describe preset mano-fixed",
                "list runs --json"
            })
    void areAnError(String words) {
        assertEquals(ExitCode.DATA, run(false, words.split(" ")));
        assertEquals(TOLD, err.toString());
    }

    @Test
    void areNotWrittenInPart() {
        run(false, "list", "presets");

        assertEquals(1, full.refused);
        assertEquals("", full.taken.toString());
    }

    @Test
    void areNoErrorWhereTheReaderWentAway() {
        assertEquals(ExitCode.READER_GONE, run(true, "list", "presets"));
        assertEquals("", err.toString());
    }

    @Test
    void doNotHideAnotherError() {
        assertEquals(ExitCode.DATA, run(false, "list", "presets"));
        assertEquals(ExitCode.USAGE, run(false, "list", "nothing"));
    }

    @Test
    void messagesMayBeLost() {
        StringWriter out = new StringWriter();
        Console console =
                new Console(new ResultWriter(out), new PrintWriter(new Full(), true), false, false);

        assertEquals(ExitCode.DONE, Anira.execute(console, "list", "runs"));
    }
}
