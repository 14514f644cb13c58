package org.anira.runtime.run;

import org.anira.api.DataException;
import org.anira.runtime.run.SafeTensors.Entry;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A checkpoint whose files were found to be whole.
 *
 * @param folder such as {@code checkpoints/0000001000}
 * @param state all but the tensors
 */
public record Checkpoint(Path folder, CheckpointState state) {

    static final String MODEL = "model.safetensors";
    static final String OPTIMIZER = "optimizer.safetensors";
    static final String STATE = "state.json";

    private static final String FIRST = "first.";
    private static final String SECOND = "second.";

    /**
     * Reads the parameters alone: what evaluation needs.
     *
     * @throws DataException RUN-004 if the file is damaged
     */
    public Map<String, Entry> model() {
        return SafeTensors.read(folder.resolve(MODEL)).tensors();
    }

    /**
     * Reads parameters and moments: what training needs.
     *
     * @throws DataException RUN-004 if a file is damaged
     */
    public CheckpointTensors tensors() {
        Map<String, Entry> moments = SafeTensors.read(folder.resolve(OPTIMIZER)).tensors();
        return new CheckpointTensors(
                model(), withPrefix(FIRST, moments), withPrefix(SECOND, moments));
    }

    /** Returns the error for a checkpoint whose state cannot be gone on from: RUN-004. */
    public DataException damaged(String what) {
        return damaged(folder.resolve(STATE), what);
    }

    static DataException damaged(Path file, String what) {
        return new DataException(
                "RUN-004", "Checkpoint file '%s' cannot be used: %s.".formatted(file, what));
    }

    /** Writes the tensors into a folder. */
    static void write(Path folder, CheckpointTensors tensors, Map<String, String> metadata) {
        Map<String, Entry> moments = new LinkedHashMap<>();
        tensors.first().forEach((name, entry) -> moments.put(FIRST + name, entry));
        tensors.second().forEach((name, entry) -> moments.put(SECOND + name, entry));
        new SafeTensors(tensors.values(), metadata).write(folder.resolve(MODEL));
        new SafeTensors(moments, metadata).write(folder.resolve(OPTIMIZER));
    }

    private static Map<String, Entry> withPrefix(String prefix, Map<String, Entry> entries) {
        Map<String, Entry> found = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), entry);
            }
        });
        return found;
    }
}
