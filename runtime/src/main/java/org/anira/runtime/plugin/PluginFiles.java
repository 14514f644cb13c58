package org.anira.runtime.plugin;

import org.anira.api.PluginException;
import org.anira.runtime.run.DurableFiles;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
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

    /**
     * Returns the files of the plug-in at a path; the plug-in itself is not checked.
     *
     * @throws PluginException PLG-007 if it is a folder that cannot be read, or a link to a folder
     *     around it
     */
    static PluginFiles at(Path path) {
        if (!Files.isDirectory(path)) {
            return new PluginFiles(path, false, List.of(path));
        }
        try {
            Path parent = path.toAbsolutePath().normalize().getParent();
            if (parent != null && parent.toRealPath().startsWith(path.toRealPath())) {
                throw new PluginException(
                        "PLG-007",
                        "'%s' is a link to a folder that it lies in. Remove it.".formatted(path));
            }
            return new PluginFiles(
                    path, true, entries(path).stream().filter(PluginFiles::isJar).toList());
        } catch (IOException e) {
            throw new PluginException(
                    "PLG-007",
                    "Plug-in folder '%s' cannot be read: %s. Allow it, or remove the folder."
                            .formatted(path, DurableFiles.reason(e)),
                    e);
        }
    }

    /** Returns the plug-in at a path without reading it, so without jars. */
    static PluginFiles unread(Path path) {
        return new PluginFiles(path, Files.isDirectory(path), List.of());
    }

    /**
     * Returns the paths of the plug-ins in a directory, sorted by name. Hidden files, and files
     * that are no jars, are ignored.
     *
     * @throws PluginException PLG-013 if there is no such directory or it cannot be read
     */
    static List<Path> in(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new PluginException(
                    "PLG-013",
                    ("Plug-in directory '%s' %s. Name a directory that holds plug-in jars or"
                                    + " folders.")
                            .formatted(
                                    directory,
                                    Files.exists(directory) ? "is a file" : absence(directory)));
        }
        try {
            return entries(directory).stream()
                    .filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .filter(entry -> isJar(entry) || Files.isDirectory(entry))
                    .toList();
        } catch (IOException e) {
            throw new PluginException(
                    "PLG-013",
                    ("Plug-in directory '%s' cannot be read: %s. Allow it, or name another"
                                    + " directory.")
                            .formatted(directory, DurableFiles.reason(e)),
                    e);
        }
    }

    /** Returns in words why a path leads to nothing. */
    static String absence(Path path) {
        return Files.isSymbolicLink(path) ? "is a link that leads nowhere" : "does not exist";
    }

    /**
     * Returns the name of the file or folder without {@code .jar}: the id of an unreadable plug-in.
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

    private static List<Path> entries(Path directory) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            List<Path> entries = new ArrayList<>();
            stream.forEach(entries::add);
            entries.sort(null);
            return entries;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
