package org.anira.app.command;

import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.app.console.Output;
import org.anira.app.process.Versions;
import org.anira.runtime.config.Assignment;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.config.Use;
import org.anira.runtime.experiment.ExperimentModel;
import org.anira.runtime.experiment.ExportingBackend;
import org.anira.runtime.experiment.InstalledPlugins;
import org.anira.runtime.experiment.PluginChange;
import org.anira.runtime.experiment.SavedRun;
import org.anira.runtime.export.ModelExport;
import org.anira.runtime.export.ModelGraph;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.RunFolder;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes a trained model as a file that other runtimes execute. */
@Command(
        name = "export",
        description = {
            "Write a run's model, with its halting rule, as a file that other runtimes execute.",
            "The file computes whole sequences or, with --decode, continues from cached"
                    + " keys and values. Halted tokens are skipped in it."
        },
        footer = {
            "",
            "Examples:",
            "  anira export runs/mano-anira-o/001 --out model.onnx",
            "  anira export runs/mano-anira-o/001 --out model.onnx --decode --rule median",
            "  anira eval model.onnx"
        })
public final class ExportCommand implements Runnable {

    private final Output output;
    @Mixin private final PluginFolders folders;

    @Parameters(paramLabel = "RUN", description = "The run's folder.")
    private Path run;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The new file, in an existing folder.")
    private Path out;

    @Option(
            names = "--decode",
            description =
                    "Make a graph for decoding: it reads a cache, and returns it extended by"
                            + " the tokens fed.")
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

    /** Makes one that writes to an output. */
    public ExportCommand(Output output) {
        this.output = output;
        folders = new PluginFolders(output);
    }

    @Override
    public void run() {
        RunFolder folder = RunFolder.open(run);
        InstalledPlugins plugins = folders.open();
        BackendProvider writer =
                ExportingBackend.find(plugins, Optional.ofNullable(backend), "'export'");
        List<Assignment> overrides = new ArrayList<>();
        ExperimentArguments.add(overrides, "--backend", "backend.name", writer.name());
        ExperimentArguments.add(overrides, "--rule", "halting.rule", rule);
        ExperimentArguments.add(overrides, "--opset", "backend.options.opset", opset);
        SavedRun saved = new SavedRun(folder, plugins);
        ResolvedExperiment resolved = saved.computable(overrides, output);
        resolved.require(Use.EXPORT, "'export'");
        if (decode) {
            resolved.require(Use.DECODING, "'export --decode'");
        }
        RecurrentTransformer model = ExperimentModel.of(resolved);
        Checkpoint from = saved.checkpoint(Optional.ofNullable(checkpoint));
        List<PluginChange> changes = saved.tellChanges(resolved, from, output);
        ModelGraph graph = decode ? ModelGraph.DECODING : ModelGraph.EVALUATION;
        Settings settings = resolved.backendSettings();
        ModelExport.write(
                resolved,
                model,
                from,
                graph,
                saved.exportedBy(Versions.anira()),
                writer.exporter().orElseThrow(),
                settings,
                out);
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("file", out.toString());
        content.put("graph", graph.toString());
        content.put("run", folder.path().toString());
        content.put("step", from.state().step());
        content.put("rule", resolved.rule());
        content.put("parameters", ExperimentModel.parameters(model));
        content.put("backend", writer.name());
        content.put("plugin_changes", PluginChange.maps(changes));
        if (json) {
            output.out().println(Json.document("anira.export/1", content));
        } else {
            output.out()
                    .printf(
                            "Wrote '%s': %s, rule %s, %d parameters, step %d%n",
                            out,
                            graph,
                            resolved.rule(),
                            ExperimentModel.parameters(model),
                            from.state().step());
        }
    }
}
