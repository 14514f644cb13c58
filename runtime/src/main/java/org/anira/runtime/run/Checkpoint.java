package org.anira.runtime.run;

import org.anira.api.DataException;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Slot;
import org.anira.runtime.run.SafeTensors.Entry;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A checkpoint whose files were verified.
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
     * Maps the parameters, which is all that evaluation needs. The checkpoint may be deleted while
     * they are mapped.
     *
     * @param arena the caller's; it determines how long, and by which thread, the values can be
     *     read
     * @throws DataException RUN-004 if the file is damaged
     */
    public Map<String, Entry> model(Arena arena) {
        return SafeTensors.map(folder.resolve(MODEL), arena).tensors();
    }

    /**
     * Maps parameters and moments, which training needs.
     *
     * @param arena as for {@link #model}
     * @throws DataException RUN-004 if a file is damaged
     */
    public CheckpointTensors tensors(Arena arena) {
        Map<String, Entry> moments = SafeTensors.map(folder.resolve(OPTIMIZER), arena).tensors();
        return new CheckpointTensors(
                model(arena), withPrefix(FIRST, moments), withPrefix(SECOND, moments));
    }

    /** Returns the error for a checkpoint that training cannot resume from: RUN-004. */
    public DataException damaged(String what) {
        return damaged(folder.resolve(STATE), what);
    }

    static DataException damaged(Path file, String what) {
        return new DataException(
                "RUN-004", "Checkpoint file '%s' cannot be used: %s.".formatted(file, what));
    }

    /** Writes the tensors into a folder. Returns size and hash of each file, by its name. */
    static Map<String, FileDigest> write(
            Path folder,
            List<Parameter> parameters,
            SlotReader slots,
            Map<String, String> metadata) {
        Map<String, List<Long>> values = new LinkedHashMap<>();
        Map<String, List<Long>> moments = new LinkedHashMap<>();
        parameters.forEach(each -> values.put(each.name(), each.shape()));
        parameters.forEach(each -> moments.put(FIRST + each.name(), each.shape()));
        parameters.forEach(each -> moments.put(SECOND + each.name(), each.shape()));
        Map<String, FileDigest> files = new LinkedHashMap<>();
        files.put(
                MODEL,
                SafeTensors.write(
                        folder.resolve(MODEL),
                        values,
                        metadata,
                        (name, into) -> slots.read(name, Slot.VALUE, into)));
        files.put(
                OPTIMIZER,
                SafeTensors.write(
                        folder.resolve(OPTIMIZER),
                        moments,
                        metadata,
                        (name, into) -> {
                            if (name.startsWith(FIRST)) {
                                slots.read(name.substring(FIRST.length()), Slot.FIRST_MOMENT, into);
                            } else {
                                slots.read(
                                        name.substring(SECOND.length()), Slot.SECOND_MOMENT, into);
                            }
                        }));
        return files;
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
