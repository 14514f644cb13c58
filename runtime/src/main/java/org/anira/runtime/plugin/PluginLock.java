package org.anira.runtime.plugin;

import org.anira.api.PluginException;
import org.anira.runtime.hash.Sha256;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The content of a file {@code plugins.lock}: which plug-ins may be used, and the SHA-256 of their
 * jars. One line for each jar: hash, id of the plug-in, name of the jar, divided by blanks; lines
 * that begin with {@code #} are comments. Names of jars are for the reader alone: a jar may be
 * renamed, not changed.
 *
 * @param file where it was read
 * @param hashes SHA-256 of all jars of each plug-in, by its id
 */
public record PluginLock(Path file, SortedMap<String, SortedSet<String>> hashes) {

    /**
     * Reads a lock file.
     *
     * @throws PluginException PLG-010 if it cannot be read or a line has another form
     */
    public static PluginLock read(Path file) {
        SortedMap<String, SortedSet<String>> hashes = new TreeMap<>();
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new PluginException(
                    "PLG-010",
                    "Lock file '%s' cannot be read: %s".formatted(file, Plugin.oneLine(e)),
                    e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String[] fields = line.split("\\s+", 3);
            if (fields.length != 3 || !fields[0].matches("[0-9a-f]{64}")) {
                throw new PluginException(
                        "PLG-010",
                        ("%s:%d is not of the form 'SHA-256 id jar': '%s'. Mend the line, or"
                                        + " write the file again.")
                                .formatted(file, i + 1, line));
            }
            hashes.computeIfAbsent(fields[1], id -> new TreeSet<>()).add(fields[0]);
        }
        return new PluginLock(file, hashes);
    }

    /**
     * Writes a lock file that allows these plug-ins as they are now, in place of the file's former
     * content.
     *
     * @throws PluginException PLG-010 if a jar cannot be read or the file cannot be written; then
     *     it is as it was
     */
    public static void write(Path file, Collection<Plugin> plugins) {
        try {
            StringBuilder lines = new StringBuilder();
            for (Plugin plugin : plugins) {
                for (Path jar : plugin.jars()) {
                    lines.append(
                            "%s %s %s\n".formatted(Sha256.of(jar), plugin.id(), jar.getFileName()));
                }
            }
            WholeFile.write(file, lines.toString());
        } catch (IOException e) {
            throw new PluginException(
                    "PLG-010",
                    "Lock file '%s' cannot be written: %s".formatted(file, Plugin.oneLine(e)),
                    e);
        }
    }

    /**
     * Checks that a plug-in is the one that was locked. Reads all its jars: a remembered hash would
     * not do here.
     *
     * @throws PluginException PLG-010 if it is not
     */
    void check(PluginDescriptor plugin, PluginFiles files) {
        Set<String> allowed =
                Optional.<Set<String>>ofNullable(hashes.get(plugin.id())).orElse(Set.of());
        if (allowed.isEmpty()) {
            throw refused(files, "it is not listed there");
        }
        Set<String> found = new TreeSet<>();
        for (Path jar : files.jars()) {
            try {
                String hash = Sha256.of(jar);
                if (!allowed.contains(hash)) {
                    throw refused(
                            files, "the SHA-256 of '%s' is %s".formatted(jar.getFileName(), hash));
                }
                found.add(hash);
            } catch (IOException e) {
                throw ModuleFile.unreadable(jar, e);
            }
        }
        if (!found.equals(allowed)) {
            throw refused(
                    files, "it lacks %d of its jars".formatted(allowed.size() - found.size()));
        }
    }

    private PluginException refused(PluginFiles files, String difference) {
        return new PluginException(
                "PLG-010",
                ("Plugin '%s' does not match '%s': %s. Restore the jar, or lock the plug-ins"
                                + " anew if you trust it: anira plugins --lock %s")
                        .formatted(files.path(), file, difference, file));
    }
}
