package org.anira.runtime.plugin;

import org.anira.api.DataException;
import org.anira.api.Names;
import org.anira.api.PluginException;
import org.anira.runtime.hash.Sha256;
import org.anira.runtime.run.DurableFiles;
import org.anira.runtime.run.RunFolder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * that begin with {@code #} are comments. Names of jars are only for the reader: a jar may be
 * renamed but not changed.
 *
 * @param file where it was read
 * @param comments the lines that are comments
 * @param hashes SHA-256 of all jars of each plug-in, by its id
 */
public record PluginLock(
        Path file, List<String> comments, SortedMap<String, SortedSet<String>> hashes) {

    /** More than a lock of ten thousand jars has. */
    private static final long MOST_BYTES = 8 << 20;

    /**
     * Reads the lock at a path; empty if nothing is there. Anything else there, even a broken link,
     * was meant to restrict the plug-ins, so it is an error.
     *
     * @throws PluginException PLG-010 if it is no lock file that can be read
     */
    public static Optional<PluginLock> at(Path file) {
        return Files.notExists(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.empty()
                : Optional.of(read(file));
    }

    private static PluginLock read(Path file) {
        List<String> comments = new ArrayList<>();
        SortedMap<String, SortedSet<String>> hashes = new TreeMap<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.startsWith("#")) {
                comments.add(line);
            } else if (!line.isEmpty()) {
                String[] fields = line.split("\\s+", 3);
                if (fields.length != 3
                        || !fields[0].matches("[0-9a-f]{64}")
                        || !Names.isWellFormed(fields[1])) {
                    throw new PluginException(
                            "PLG-010",
                            ("%s:%d is not of the form 'SHA-256 id jar': '%s'. Mend the line, or"
                                            + " remove the file and write it again.")
                                    .formatted(file, i + 1, Excerpt.of(line)));
                }
                hashes.computeIfAbsent(fields[1], id -> new TreeSet<>()).add(fields[0]);
            }
        }
        return new PluginLock(file, comments, hashes);
    }

    private static List<String> lines(Path file) {
        String obstacle;
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
                return Files.readAllLines(file);
            }
            obstacle =
                    Files.isRegularFile(file)
                            ? "it is larger than any lock"
                            : Files.exists(file)
                                    ? "it is no regular file"
                                    : "it " + PluginFiles.absence(file);
        } catch (IOException e) {
            obstacle = DurableFiles.reason(e);
        }
        throw new PluginException(
                "PLG-010",
                "Lock file '%s' cannot be read: %s. Restore it, or remove it and write it again."
                        .formatted(file, obstacle));
    }

    /**
     * Writes a lock file that allows these plug-ins as they are now. An earlier lock is replaced,
     * also through a link; its comments stay.
     *
     * @throws DataException RUN-001 if another file is there
     * @throws PluginException PLG-010 if a jar cannot be read or the file cannot be written; then
     *     it is as it was
     */
    static void write(Path file, Collection<Plugin> plugins) {
        Optional<PluginLock> former = former(file);
        try {
            StringBuilder text = new StringBuilder();
            former.ifPresent(lock -> lock.comments.forEach(line -> text.append(line).append('\n')));
            for (Plugin plugin : plugins) {
                for (Path jar : plugin.jars()) {
                    String name = jar.getFileName().toString().replaceAll("\\p{Cntrl}", "?");
                    text.append("%s %s %s\n".formatted(Sha256.of(jar), plugin.id(), name));
                }
            }
            AtomicFile.write(former.isPresent() ? file.toRealPath() : file, text.toString());
        } catch (IOException e) {
            throw new PluginException(
                    "PLG-010",
                    "Lock file '%s' cannot be written: %s. Check that its folder exists and may be written, or choose another place."
                            .formatted(file, DurableFiles.reason(e)),
                    e);
        }
    }

    /** Returns the lock to be replaced; throws if the path holds another file. */
    private static Optional<PluginLock> former(Path file) {
        RunFolder.requireForeign(file);
        try {
            Optional<PluginLock> former = at(file);
            if (former.isEmpty() || !former.get().hashes.isEmpty() || Files.size(file) == 0) {
                return former;
            }
        } catch (PluginException | IOException e) {
            // What cannot be read as a lock is none.
        }
        throw new DataException(
                "RUN-001",
                "'%s' exists and is no earlier lock, so it is not replaced. Choose another name, or remove it first."
                        .formatted(file));
    }

    /**
     * Checks that a plug-in is the one that was locked. Reads all its jars, since a cached hash
     * would not prove it.
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
