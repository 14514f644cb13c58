package org.anira.app.command;

import org.anira.api.AniraException;
import org.anira.app.console.Output;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.run.Json;
import org.anira.runtime.train.Trainer;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.Map;

/** Checks an experiment file without running it. */
@Command(
        name = "validate",
        description =
                "Check an experiment: every key, type, range and provider. All problems are shown"
                        + " at once.",
        footer = {
            "",
            "Examples:",
            "  anira validate mine.yaml",
            "  anira validate mine.yaml model.width=128 halting.gamma=0.01"
        })
public final class ValidateCommand implements Runnable {

    private final Output output;
    @Mixin private ExperimentArguments arguments;
    @Mixin private final PluginFolders folders;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    /** Makes one that writes to an output. */
    public ValidateCommand(Output output) {
        this.output = output;
        folders = new PluginFolders(output);
    }

    @Override
    public void run() {
        ResolvedExperiment resolved;
        try {
            resolved = ResolvedExperiment.resolve(arguments.draft(), folders.open());
            Trainer.check(resolved);
        } catch (AniraException e) {
            if (json) {
                Map<String, Object> content = new LinkedHashMap<>();
                content.put("valid", false);
                content.put("code", e.code());
                content.put("message", e.getMessage());
                output.out().println(Json.document("anira.validate/1", content));
            }
            throw e;
        }
        if (json) {
            Map<String, Object> content = new LinkedHashMap<>();
            content.put("valid", true);
            content.put("restrictions", resolved.restrictions());
            content.put("settings_hash", resolved.experiment().hash());
            content.put("settings", resolved.experiment().values());
            output.out().println(Json.document("anira.validate/1", content));
        } else {
            output.out().printf("%s is a valid experiment.%n", resolved.experiment().name());
            resolved.restrictions().forEach(output::say);
        }
    }
}
