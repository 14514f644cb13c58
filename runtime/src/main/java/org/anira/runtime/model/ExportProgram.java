package org.anira.runtime.model;

import org.anira.api.tensor.Input;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that files hold for other runtimes: its outputs and its varying axes have names too.
 *
 * @param <F> what it is fed
 * @param <R> what it gives
 */
public abstract class ExportProgram<F extends TensorGroup, R extends TensorGroup>
        extends NamedProgram<F, R> {

    static final String BATCH = "batch";
    private static final List<String> TOKENS = List.of(BATCH, "time");

    /** Returns a name for each output, in the order of the result's tensors. */
    public List<String> outputs() {
        return LogitsProgram.Result.NAMES;
    }

    /**
     * Returns the names of axes that vary, by input or output; an empty name for one that does not.
     */
    public Map<String, List<String>> axes() {
        Map<String, List<String>> axes = new HashMap<>();
        for (Input input : Tokens.inputs()) {
            axes.put(input.name(), TOKENS);
        }
        LogitsProgram.Result.NAMES.forEach(output -> axes.put(output, TOKENS));
        return axes;
    }
}
