package org.anira.api.tensor;

import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.Experimental;
import org.anira.api.PublicApi;
import org.anira.api.Settings;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes programs as files that other runtimes execute, and reads the description in such a file.
 * Needs neither a session nor a native library; {@link Session#load} runs a file.
 */
@Experimental
@PublicApi(since = "0.1")
public interface Exporter {

    /**
     * Writes a program with the values of its parameters.
     *
     * @param file the file to make, in a folder that exists; if the weights are too large for it,
     *     further files are written beside it, whose names begin with its name
     * @param settings values for {@link BackendProvider#options()}
     * @throws DataException RUN-005 if it cannot be written; an incomplete file is left for the
     *     caller to remove
     * @throws BackendException as the body throws, or BKD-003 if it asks for a parameter that is
     *     not given
     */
    void write(Exported what, Path file, Settings settings);

    /**
     * A program to write.
     *
     * @param program pure, as for {@link Session#compile}
     * @param inputs its inputs, in order, with distinct names
     * @param outputs a name for each output, in order, different from the inputs' names
     * @param axes names of axes by input or output, such as {@code tokens → [batch, time]}; an axis
     *     whose name is empty or missing has none
     * @param parameters what the program may ask for
     * @param values the elements of a parameter by its name, as a {@link Session} takes them; they
     *     live and stay as they are until {@link #write} has returned
     * @param metadata key-value pairs stored in the file, for {@link Contents#metadata}
     */
    record Exported(
            Program program,
            List<Input> inputs,
            List<String> outputs,
            Map<String, List<String>> axes,
            List<Parameter> parameters,
            Function<String, MemorySegment> values,
            Map<String, String> metadata) {

        public Exported {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
            axes = Map.copyOf(axes);
            parameters = List.copyOf(parameters);
            metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        }
    }

    /**
     * Reads the description in a file, without its weights.
     *
     * @throws DataException EXP-001 if there is no such file, or it is not of this exporter's kind
     */
    Contents read(Path file);

    /**
     * The description in a file.
     *
     * @param inputs the inputs of its program, in order
     * @param outputs the outputs of its program, in order, declared like inputs
     * @param metadata the key-value pairs it was written with, in the same order
     */
    record Contents(List<Input> inputs, List<Input> outputs, Map<String, String> metadata) {

        public Contents {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
            metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        }
    }
}
