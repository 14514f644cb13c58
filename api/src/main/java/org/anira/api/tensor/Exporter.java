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
 * Writes programs as files that other runtimes execute, and says what such a file holds. Needs
 * neither a session nor a native library; {@link Session#load} runs a file.
 */
@Experimental
@PublicApi(since = "0.1")
public interface Exporter {

    /**
     * Writes a program with the values of its parameters.
     *
     * @param file the file to make, in a folder that exists; where weights are too large for it,
     *     further files whose names begin with its name go beside it
     * @param settings values for {@link BackendProvider#options()}
     * @throws DataException RUN-005 if it cannot be written; what is half-written then stays, for
     *     the caller to remove
     * @throws BackendException as the body, or BKD-003 if it asks for a parameter that is not given
     */
    void write(Exported what, Path file, Settings settings);

    /**
     * A program to write.
     *
     * @param program pure, as for {@link Session#compile}
     * @param inputs its inputs, in order, with names of their own
     * @param outputs a name for each output, in order; other names than the inputs'
     * @param axes names of axes by input or output, such as {@code tokens → [batch, time]}; an axis
     *     whose name is empty or missing has none
     * @param parameters what the program may ask for
     * @param values the elements of a parameter by its name, as a {@link Session} takes them; they
     *     live and stay as they are until {@link #write} has returned
     * @param metadata what the file says of itself, for {@link Contents#metadata}
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
     * Reads what a file says of itself; not its weights.
     *
     * @throws DataException EXP-001 if there is no such file, or it is not of this exporter's kind
     */
    Contents read(Path file);

    /**
     * What a file says of itself.
     *
     * @param inputs what its program takes, in order
     * @param outputs what it gives, in order, as an input would be declared that takes it
     * @param metadata what it was written with, in that order
     */
    record Contents(List<Input> inputs, List<Input> outputs, Map<String, String> metadata) {

        public Contents {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
            metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        }
    }
}
