package org.anira.runtime.model;

import org.anira.api.tensor.Input;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that is exported to files for other runtimes, so its outputs and varying axes have
 * names too.
 *
 * @param <F> its inputs
 * @param <R> its results
 */
public abstract class ExportProgram<F extends TensorGroup, R extends TensorGroup>
        extends NamedProgram<F, R> {

    static final String BATCH = "batch";
    private static final List<String> TOKENS = List.of(BATCH, "time");

    /** Returns a name for each output, in the order of the result's tensors. */
    public List<String> outputs() {
        return LogitsProgram.Result.NAMES;
    }

    /** Returns the axis names by input or output; an empty name for an axis that does not vary. */
    public Map<String, List<String>> axes() {
        Map<String, List<String>> axes = new HashMap<>();
        for (Input input : Tokens.inputs()) {
            axes.put(input.name(), TOKENS);
        }
        LogitsProgram.Result.NAMES.forEach(output -> axes.put(output, TOKENS));
        return axes;
    }
}
