package org.anira.app.preset;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.anira.api.Names;
import org.anira.api.SettingsException;
import org.anira.runtime.config.Draft;
import org.anira.runtime.run.RunFolder;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The experiments that come with anira. */
public final class Presets {

    private static final Map<String, String> SUMMARIES = new LinkedHashMap<>();

    static {
        SUMMARIES.put("quickstart-anira-e", "ANIRA-E on small MANO: minutes on one core");
        SUMMARIES.put("quickstart-anira-o", "ANIRA-O on small MANO: minutes on one core");
        SUMMARIES.put(
                "brevo-laptop-anira-e",
                "ANIRA-E on BREVO with up to 8 nodes: twenty minutes on one core");
        SUMMARIES.put(
                "brevo-laptop-anira-o",
                "ANIRA-O on BREVO with up to 8 nodes: twenty minutes on one core");
        SUMMARIES.put("brevo-laptop-fixed", "The same recurrent model, always all steps");
        SUMMARIES.put(
                "brevo-laptop-nonrecurrent",
                "A plain Transformer of the same depth, layers untied");
        SUMMARIES.put("brevo-anira-e", "ANIRA-E on BREVO at the paper's size");
        SUMMARIES.put("brevo-anira-o", "ANIRA-O on BREVO at the paper's size");
        SUMMARIES.put("brevo-fixed", "The same recurrent model, always all steps");
        SUMMARIES.put("brevo-nonrecurrent", "A plain Transformer of the same depth, layers untied");
        SUMMARIES.put(
                "depo-laptop-anira-e",
                "ANIRA-E on DEPO with up to 8 nodes and 4 steps: twenty minutes on one core");
        SUMMARIES.put(
                "depo-laptop-anira-o",
                "ANIRA-O on DEPO with up to 8 nodes and 4 steps: twenty minutes on one core");
        SUMMARIES.put("depo-laptop-fixed", "The same recurrent model, always all steps");
        SUMMARIES.put(
                "depo-laptop-nonrecurrent", "A plain Transformer of the same depth, layers untied");
        SUMMARIES.put("depo-anira-e", "ANIRA-E on DEPO at the paper's size");
        SUMMARIES.put("depo-anira-o", "ANIRA-O on DEPO at the paper's size");
        SUMMARIES.put("depo-fixed", "The same recurrent model, always all steps");
        SUMMARIES.put("depo-nonrecurrent", "A plain Transformer of the same depth, layers untied");
        SUMMARIES.put(
                "lano-laptop-anira-e",
                "ANIRA-E on LANO, whole sentences of cfg3b: a quarter of an hour on one core");
        SUMMARIES.put(
                "lano-laptop-anira-o",
                "ANIRA-O on LANO, whole sentences of cfg3b: a quarter of an hour on one core");
        SUMMARIES.put("lano-laptop-fixed", "The same recurrent model, always all steps");
        SUMMARIES.put(
                "lano-laptop-nonrecurrent", "A plain Transformer of the same depth, layers untied");
        SUMMARIES.put("lano-anira-e", "ANIRA-E on LANO at the paper's size");
        SUMMARIES.put("lano-anira-o", "ANIRA-O on LANO at the paper's size");
        SUMMARIES.put("lano-fixed", "The same recurrent model, always all steps");
        SUMMARIES.put("lano-nonrecurrent", "A plain Transformer of the same depth, layers untied");
        SUMMARIES.put(
                "mano-laptop-anira-e", "ANIRA-E on larger MANO: a quarter of an hour on one core");
        SUMMARIES.put(
                "mano-laptop-anira-o", "ANIRA-O on larger MANO: a quarter of an hour on one core");
        SUMMARIES.put("mano-anira-e", "ANIRA-E on MANO at the paper's size");
        SUMMARIES.put("mano-anira-o", "ANIRA-O on MANO at the paper's size");
        SUMMARIES.put("mano-fixed", "The same recurrent model, always all steps");
        SUMMARIES.put("mano-nonrecurrent", "A plain Transformer of the same depth, layers untied");
        SUMMARIES.put(
                "clrs-text-laptop-anira-e",
                "ANIRA-E on ten algorithms of CLRS-Text: a quarter of an hour on one core");
        SUMMARIES.put(
                "clrs-text-laptop-anira-o",
                "ANIRA-O on ten algorithms of CLRS-Text: a quarter of an hour on one core");
        SUMMARIES.put("clrs-text-laptop-fixed", "The same recurrent model, always all steps");
        SUMMARIES.put(
                "clrs-text-laptop-nonrecurrent",
                "A plain Transformer of the same depth, layers untied");
        SUMMARIES.put("clrs-text-anira-e", "ANIRA-E on CLRS-Text at the paper's size");
        SUMMARIES.put("clrs-text-anira-o", "ANIRA-O on CLRS-Text at the paper's size");
        SUMMARIES.put("clrs-text-fixed", "The same recurrent model, always all steps");
        SUMMARIES.put(
                "clrs-text-nonrecurrent", "A plain Transformer of the same depth, layers untied");
    }

    private Presets() {}

    /** Returns what each preset is, in one line, by its name. */
    public static Map<String, String> summaries() {
        return SUMMARIES;
    }

    /** Returns the text of a preset. */
    public static String text(String name) {
        if (!SUMMARIES.containsKey(name)) {
            throw unknown(name, "preset");
        }
        try (InputStream content =
                Presets.class.getResourceAsStream("/org/anira/app/presets/" + name + ".yaml")) {
            return new String(content.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads the experiment that a user names: a preset, else a file.
     *
     * @throws SettingsException CFG-004 if there is neither
     */
    public static Draft read(String presetOrFile) {
        if (SUMMARIES.containsKey(presetOrFile)) {
            return Draft.read("preset " + presetOrFile, text(presetOrFile));
        }
        Path file = Path.of(presetOrFile);
        if (RunFolder.isRun(file)) {
            throw new SettingsException(
                    "CFG-004",
                    "'%s' is a run folder, expected an experiment file or preset.\n".formatted(file)
                            + "To continue it: anira train --resume %s\nTo repeat it: anira train %s"
                                    .formatted(file, file.resolve("config.yaml")));
        }
        if (!Files.exists(file)) {
            throw unknown(presetOrFile, "experiment file or preset");
        }
        return Draft.read(file);
    }

    private static SettingsException unknown(String name, String what) {
        String meant = Names.suggestion(name, SUMMARIES.keySet());
        return new SettingsException(
                "CFG-004",
                "There is no %s '%s'. %s\nPresets: anira list presets"
                        .formatted(what, name, meant)
                        .replace(". \n", ".\n"));
    }
}
