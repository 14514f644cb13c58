package org.anira.runtime.export;

import org.anira.api.DataException;
import org.anira.api.SettingsException;
import org.anira.api.tensor.Exporter;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Session;
import org.anira.runtime.config.Draft;
import org.anira.runtime.eval.Programs;
import org.anira.runtime.model.ExportProgram;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Json;

import tools.jackson.core.JacksonException;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A model file that {@link ModelExport} wrote: its metadata, and the programs to run it. It can be
 * used in place of a run.
 *
 * <p>Reading it loads nothing native. {@link #draft} gives its settings, from which task and
 * mechanism are resolved as usual. {@link #programs} gives the programs that evaluate and continue
 * sequences.
 */
public final class ExportedModel {

    private final Path file;
    private final Exporter.Contents contents;
    private final ModelGraph graph;

    private ExportedModel(Path file, Exporter.Contents contents) {
        this.file = file;
        this.contents = contents;
        String format = text("anira.format");
        if (!format.equals(Integer.toString(ModelExport.FORMAT))) {
            throw unusable(
                    file,
                    "it is of format %s, and this anira reads format %d"
                            .formatted(format, ModelExport.FORMAT));
        }
        String name = text("anira.graph");
        graph =
                Arrays.stream(ModelGraph.values())
                        .filter(each -> each.toString().equals(name))
                        .findFirst()
                        .orElseThrow(() -> unusable(file, "its graph is '%s'".formatted(name)));
        number("anira.longest", 1, Integer.MAX_VALUE);
        number("anira.step", 0, Long.MAX_VALUE);
    }

    /**
     * Reads the metadata of a file.
     *
     * @param exporter of the backend that is to run it
     * @throws DataException EXP-001 if there is no such file, or it was not written by {@link
     *     ModelExport}
     */
    public static ExportedModel read(Path file, Exporter exporter) {
        return new ExportedModel(file, exporter.read(file));
    }

    /** Returns the file. */
    public Path file() {
        return file;
    }

    /** Returns which program it holds. */
    public ModelGraph graph() {
        return graph;
    }

    /** Returns all of its metadata by key; docs/experiments.md lists the keys. */
    public Map<String, String> metadata() {
        return contents.metadata();
    }

    /** Returns how far the model was trained. */
    public long step() {
        return number("anira.step", 0, Long.MAX_VALUE);
    }

    /** Returns the inference rule in it: the only one it has. */
    public String rule() {
        return text("anira.rule");
    }

    /** Returns the most tokens of a sequence. */
    public int length() {
        return (int) number("anira.longest", 1, Integer.MAX_VALUE);
    }

    /**
     * Returns the settings of the run that it was written from, with this rule.
     *
     * @throws DataException EXP-001 if they cannot be read
     */
    public Draft draft() {
        try {
            return Draft.within("The settings in '%s'".formatted(file), text("anira.settings"))
                    .with(List.of("halting.rule=" + rule()));
        } catch (SettingsException e) {
            throw damaged(e);
        }
    }

    /** Returns the error for settings in it that are wrong without any override: EXP-001. */
    public DataException damaged(SettingsException wrong) {
        return unusable(file, "its settings are damaged: " + wrong.getMessage());
    }

    /**
     * Throws if the program's inputs or outputs are not those of a model's program.
     *
     * @throws DataException EXP-001 if they are not
     */
    public void requireProgramOf(RecurrentTransformer model) {
        if (length() != model.length()) {
            throw unusable(
                    file,
                    "it is for %d tokens, its task has %d".formatted(length(), model.length()));
        }
        ExportProgram<?, ?> program = graph.program(model, rule());
        if (!contents.inputs().equals(program.inputs())) {
            throw unusable(
                    file,
                    "it takes %s, expected %s".formatted(contents.inputs(), program.inputs()));
        }
        List<String> outputs = contents.outputs().stream().map(Input::name).toList();
        if (!outputs.equals(program.outputs())) {
            throw unusable(file, "it gives %s, expected %s".formatted(outputs, program.outputs()));
        }
    }

    /** Returns the most steps that its program takes. */
    int maxDepth() {
        return (int) number("anira.max-depth", 1, Integer.MAX_VALUE);
    }

    /**
     * Loads its programs; close them. There is none with forced depths, and a decoder only in a
     * file with {@link ModelGraph#DECODING}.
     *
     * @param session a session of the backend whose exporter read it; needs no parameters
     * @param model a model that {@link #requireProgramOf} accepted
     * @param distributions whether an evaluation gives distributions
     * @throws DataException EXP-001 if the file has been damaged
     */
    public Programs programs(Session session, RecurrentTransformer model, boolean distributions) {
        return new LoadedPrograms(session, session.load(file), this, model, distributions);
    }

    /**
     * Returns the plug-ins of the run that it was written from, as {@link
     * org.anira.runtime.run.Provenance#plugins} has them; none if they are not recorded.
     *
     * @throws DataException EXP-001 if the record cannot be read
     */
    public List<?> plugins() {
        try {
            return Json.object(text("anira.provenance")).get("plugins") instanceof List<?> plugins
                    ? plugins
                    : List.of();
        } catch (JacksonException e) {
            throw unusable(file, "its provenance is no JSON");
        }
    }

    private String text(String key) {
        String value = contents.metadata().get(key);
        if (value == null) {
            throw unusable(file, "it has no metadata '%s'".formatted(key));
        }
        return value;
    }

    private long number(String key, long least, long most) {
        try {
            long number = Long.parseLong(text(key));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // The message is the same.
        }
        throw unusable(
                file,
                "its '%s' is '%s', expected a number from %d to %d"
                        .formatted(key, text(key), least, most));
    }

    /** Returns the error for a program whose results cannot be a model's: EXP-001. */
    DataException wrongResults(String what) {
        return unusable(file, "its program gives " + what);
    }

    private static DataException unusable(Path file, String reason) {
        return new DataException(
                "EXP-001",
                "File '%s' cannot be used as a model: %s. Write it again: anira export RUN --out FILE"
                        .formatted(file, reason));
    }
}
