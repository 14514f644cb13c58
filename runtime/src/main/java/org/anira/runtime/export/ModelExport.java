package org.anira.runtime.export;

import org.anira.api.DataException;
import org.anira.api.Settings;
import org.anira.api.tensor.Exporter;
import org.anira.api.tensor.Parameter;
import org.anira.runtime.config.ExperimentYaml;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.model.ExportProgram;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.DurableFiles;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.SafeTensors.Entry;
import org.anira.runtime.train.Weights;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Writes the model of a run as a file that other runtimes execute. */
public final class ModelExport {

    /** The newest format of a file's metadata. */
    static final int FORMAT = 1;

    private ModelExport() {}

    /**
     * Writes the model of a checkpoint, with the resolved rule.
     *
     * @param resolved the run's experiment, its model in float32
     * @param graph which program
     * @param provenance where the model comes from, for the record
     * @param settings values for the options of the exporter's backend
     * @throws DataException RUN-001 if the file exists, RUN-005 if it cannot be written, RUN-004 if
     *     the checkpoint does not have the model's parameters
     */
    public static void write(
            ResolvedExperiment resolved,
            RecurrentTransformer model,
            Checkpoint checkpoint,
            ModelGraph graph,
            Map<String, ?> provenance,
            Exporter exporter,
            Settings settings,
            Path file) {
        try (Arena arena = Arena.ofConfined()) {
            Map<String, Entry> tensors = checkpoint.model(arena);
            List<Parameter> parameters = model.parameters();
            Weights.check(parameters, tensors);
            ExportProgram<?, ?> program = graph.program(model, resolved.rule());
            Exporter.Exported exported =
                    new Exporter.Exported(
                            program.program(),
                            program.inputs(),
                            program.outputs(),
                            program.axes(),
                            parameters,
                            name -> tensors.get(name).values(),
                            metadata(resolved, model, checkpoint, graph, provenance));
            DurableFiles.create(file, path -> exporter.write(exported, path, settings));
        }
    }

    private static Map<String, String> metadata(
            ResolvedExperiment resolved,
            RecurrentTransformer model,
            Checkpoint checkpoint,
            ModelGraph graph,
            Map<String, ?> provenance) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("anira.format", Integer.toString(FORMAT));
        metadata.put("anira.graph", graph.toString());
        metadata.put("anira.task", resolved.experiment().task().name());
        metadata.put("anira.halting", resolved.experiment().halting().choice().name());
        metadata.put("anira.rule", resolved.rule());
        metadata.put("anira.longest", Integer.toString(model.length()));
        metadata.put("anira.max-depth", Integer.toString(model.settings().maxDepth()));
        metadata.put("anira.step", Long.toString(checkpoint.state().step()));
        metadata.put(
                "anira.vocabulary",
                Json.line(
                        IntStream.range(0, resolved.task().vocabulary().size())
                                .mapToObj(resolved.task().vocabulary()::text)
                                .toList()));
        metadata.put("anira.settings", ExperimentYaml.of(resolved.experiment()));
        metadata.put("anira.provenance", Json.line(provenance));
        return metadata;
    }
}
