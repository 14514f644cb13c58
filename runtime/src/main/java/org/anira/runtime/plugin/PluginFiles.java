package org.anira.runtime.plugin;

import org.anira.api.PluginException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The files of one plug-in.
 *
 * @param path the jar, or the folder that holds the jar and its private dependencies; as the user
 *     gave it
 * @param folder whether it is a folder
 * @param jars all jars, sorted by name
 */
record PluginFiles(Path path, boolean folder, List<Path> jars) {

    PluginFiles {
        jars = List.copyOf(jars);
    }

    /** Returns the files of the plug-in at a path, which need not be a sound one. */
    static PluginFiles at(Path path) {
        return Files.isDirectory(path)
                ? new PluginFiles(
                        path, true, entries(path).stream().filter(PluginFiles::isJar).toList())
                : new PluginFiles(path, false, List.of(path));
    }

    /**
     * Returns what a directory of plug-ins holds, sorted by name. Files that are no jars, and
     * hidden folders, are none.
     *
     * @throws PluginException PLG-013 if there is no such directory or it cannot be read
     */
    static List<PluginFiles> in(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new PluginException(
                    "PLG-013",
                    ("Plug-in directory '%s' %s. Name a directory that holds plug-in jars or"
                                    + " folders.")
                            .formatted(
                                    directory,
                                    Files.exists(directory) ? "is a file" : "does not exist"));
        }
        try {
            List<PluginFiles> found = new ArrayList<>();
            for (Path entry : entries(directory)) {
                boolean hidden = entry.getFileName().toString().startsWith(".");
                if (!hidden && (isJar(entry) || Files.isDirectory(entry))) {
                    found.add(at(entry));
                }
            }
            return found;
        } catch (UncheckedIOException e) {
            throw new PluginException(
                    "PLG-013",
                    "Plug-in directory '%s' cannot be read: %s".formatted(directory, e.getCause()),
                    e.getCause());
        }
    }

    /**
     * Returns the name of the file or folder without {@code .jar}: what an unreadable plug-in is
     * called by.
     */
    String stem() {
        Path name = path.getFileName();
        String text = name == null ? path.toString() : name.toString();
        return !folder && text.toLowerCase(Locale.ROOT).endsWith(".jar")
                ? text.substring(0, text.length() - ".jar".length())
                : text;
    }

    private static boolean isJar(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".jar")
                && !Files.isDirectory(file);
    }

    private static List<Path> entries(Path directory) {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            List<Path> entries = new ArrayList<>();
            stream.forEach(entries::add);
            entries.sort(null);
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
