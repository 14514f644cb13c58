package org.anira.app;

import org.anira.app.console.Console;
import org.anira.app.console.ResultWriter;
import org.anira.runtime.run.Json;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/**
 * What a command line did in this process.
 *
 * @param code its exit code
 * @param out its results
 * @param err its messages
 */
public record Outcome(int code, String out, String err) {

    /** Runs a command, as if its messages went to a file. */
    public static Outcome of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Console console = new Console(new ResultWriter(out), new PrintWriter(err), false, false);
        int code = Anira.execute(console, arguments);
        return new Outcome(code, out.toString(), err.toString());
    }

    /** Returns the one document that the results are. */
    public Map<String, Object> json() {
        return Json.object(out);
    }
}
