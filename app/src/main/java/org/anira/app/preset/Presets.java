package org.anira.app.preset;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.anira.api.Names;
import org.anira.api.SettingsException;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.PresetCatalog;
import org.anira.runtime.run.RunFolder;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The experiments that come with anira. */
public final class Presets {

    private static final String FILE = "presets.yaml";

    private static final PresetCatalog CATALOG = PresetCatalog.read(FILE, resource());

    private Presets() {}

    private static String resource() {
        try (InputStream content = Presets.class.getResourceAsStream(FILE)) {
            return new String(content.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the one-line summary of each preset by its name. */
    public static Map<String, String> summaries() {
        return CATALOG.summaries();
    }

    /**
     * Returns a preset as an experiment file that begins with its summary.
     *
     * @throws SettingsException CFG-004 if there is none with the name
     */
    public static String text(String name) {
        if (!summaries().containsKey(name)) {
            throw unknown(name, "preset");
        }
        return CATALOG.yaml(name);
    }

    /**
     * Reads a preset.
     *
     * @throws SettingsException CFG-004 if there is none with the name
     */
    public static Draft draft(String name) {
        return Draft.read("preset " + name, text(name));
    }

    /**
     * Reads the experiment that a user names: a preset or, if there is none, a file.
     *
     * @throws SettingsException CFG-004 if there is neither
     */
    public static Draft read(String presetOrFile) {
        if (summaries().containsKey(presetOrFile)) {
            return draft(presetOrFile);
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
        String meant = Names.suggestion(name, summaries().keySet());
        return new SettingsException(
                "CFG-004",
                "There is no %s '%s'. %s\nPresets: anira list presets"
                        .formatted(what, name, meant)
                        .replace(". \n", ".\n"));
    }
}
