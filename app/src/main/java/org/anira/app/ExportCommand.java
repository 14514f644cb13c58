package org.anira.app;

import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.config.Use;
import org.anira.runtime.export.ModelExport;
import org.anira.runtime.export.ModelGraph;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.Provenance;
import org.anira.runtime.run.RunFolder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a trained model as a file that other runtimes execute. */
@Command(
        name = "export",
        description = {
            "Write a run's model, with its halting rule, as a file that other runtimes execute.",
            "The file computes whole sequences, or with --decode goes on from cached keys and"
                    + " values. Tokens that have halted are skipped in it."
        },
        footer = {
            "",
            "Examples:",
            "  anira export runs/mano-anira-o/001 --out model.onnx",
            "  anira export runs/mano-anira-o/001 --out model.onnx --decode --rule median",
            "  anira eval model.onnx"
        })
final class ExportCommand implements Runnable {

    @ParentCommand private Anira anira;
    @Mixin private PluginFolders folders;

    @Parameters(paramLabel = "RUN", description = "The run's folder.")
    private Path run;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The file to make; its folder exists, it does not.")
    private Path out;

    @Option(
            names = "--decode",
            description = "Tokens are fed behind those of a cache, which is returned longer.")
    private boolean decode;

    @Option(names = "--checkpoint", paramLabel = "STEP", description = "The newest if not given.")
    private Long checkpoint;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            description = "Inference rule in the file; see: anira describe halting NAME.")
    private String rule;

    @Option(
            names = "--opset",
            paramLabel = "N",
            description =
                    "Version of the operators, an option of the backend; see: anira describe"
                            + " backend NAME.")
    private String opset;

    @Option(
            names = "--backend",
            paramLabel = "BACKEND",
            completionCandidates = Candidates.Backends.class,
            description = "The backend that writes the file; the first that can if not given.")
    private String backend;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Override
    public void run() {
        RunFolder folder = RunFolder.open(run);
        Platform platform = folders.open(anira);
        BackendProvider writer = Models.exporting(platform, backend, "'export'");
        List<Assignment> overrides = new ArrayList<>();
        ExperimentArguments.add(overrides, "--backend", "backend.name", writer.name());
        ExperimentArguments.add(overrides, "--rule", "halting.rule", rule);
        ExperimentArguments.add(overrides, "--opset", "backend.options.opset", opset);
        RunPlugins plugins = RunPlugins.of(folder, platform);
        ResolvedExperiment resolved = Models.computable(anira, folder, overrides, plugins);
        resolved.require(Use.EXPORT, "'export'");
        if (decode) {
            resolved.require(Use.DECODING, "'export --decode'");
        }
        RecurrentTransformer model = Models.of(resolved);
        Checkpoint from = TrainedModel.checkpoint(folder, checkpoint);
        List<Map<String, Object>> changes =
                plugins.tell(anira, resolved.experiment(), from.state().plugins());
        ModelGraph graph = decode ? ModelGraph.DECODING : ModelGraph.EVALUATION;
        Settings settings = resolved.backendSettings();
        ModelExport.write(
                resolved,
                model,
                from,
                graph,
                provenance(folder),
                writer.exporter().orElseThrow(),
                settings,
                out);
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("file", out.toString());
        content.put("graph", graph.toString());
        content.put("run", folder.path().toString());
        content.put("step", from.state().step());
        content.put("rule", resolved.rule());
        content.put("parameters", Models.parameters(model));
        content.put("backend", writer.name());
        content.put("plugin_changes", changes);
        if (json) {
            anira.console().out().println(Json.document("anira.export/1", content));
        } else {
            anira.console()
                    .out()
                    .printf(
                            "Wrote '%s': %s, rule %s, %d parameters, step %d%n",
                            out,
                            graph,
                            resolved.rule(),
                            Models.parameters(model),
                            from.state().step());
        }
    }

    /** Returns where the model comes from: its run, and what its provenance says of programs. */
    private static Map<String, Object> provenance(RunFolder folder) {
        Provenance provenance = Provenance.read(folder);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("run", folder.path().toString());
        map.put("trained-by", provenance.anira());
        map.put("exported-by", Versions.anira());
        map.put("plugins", provenance.plugins());
        map.put("backend", provenance.backend());
        map.put("seeds", provenance.seeds());
        map.put("task-hash", provenance.taskHash());
        return map;
    }
}
