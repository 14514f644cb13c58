package org.anira.runtime.plugin;

import org.anira.runtime.hash.Sha256;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * SHA-256 of jars, cached in a file by path, size and time of last change. If that file cannot be
 * read or written, hashes are computed anew: the cache only saves time.
 */
public final class JarHashes {

    private static final String FILE = "jar-hashes.tsv";

    /** More than a cache of ten thousand jars takes: a larger file is no cache. */
    private static final long MOST_BYTES = 8 << 20;

    private final Optional<Path> file;

    /**
     * Lines of the cache, {@code size TAB time TAB hash}, by absolute path; read when first needed.
     */
    private Optional<Map<String, String>> lines = Optional.empty();

    private boolean changed;

    private JarHashes(Optional<Path> file) {
        this.file = file;
    }

    /** Returns hashes with a cache in a directory, which is made when it is first needed. */
    public static JarHashes cachedIn(Path directory) {
        return new JarHashes(Optional.of(directory.resolve(FILE)));
    }

    /** Returns hashes with a cache in memory only. */
    public static JarHashes uncached() {
        return new JarHashes(Optional.empty());
    }

    /**
     * Returns the SHA-256 of a jar, from the cache if its size and time are still the same.
     *
     * @return 64 lower-case hexadecimal digits
     * @throws IOException if the jar cannot be read
     */
    public synchronized String of(Path jar) throws IOException {
        Map<String, String> known = lines.orElseGet(this::load);
        lines = Optional.of(known);
        String key = jar.toAbsolutePath().normalize().toString();
        String stamp = Files.size(jar) + "\t" + Files.getLastModifiedTime(jar).toMillis() + "\t";
        String line = known.getOrDefault(key, "");
        if (line.startsWith(stamp)) {
            return line.substring(stamp.length());
        }
        String hash = Sha256.of(jar);
        known.put(key, stamp + hash);
        changed = true;
        return hash;
    }

    /** Writes the hashes computed since the last call, if there are any. */
    public synchronized void save() {
        if (changed && file.isPresent()) {
            StringBuilder text = new StringBuilder();
            lines.orElseGet(Map::of)
                    .forEach((path, line) -> {
                        if (path.chars().noneMatch(Character::isISOControl) && exists(path)) {
                            text.append(line).append('\t').append(path).append('\n');
                        }
                    });
            try {
                Files.createDirectories(file.get().getParent());
                AtomicFile.write(file.get(), text.toString());
            } catch (IOException noCache) {
                // The hashes are right without it; the next process computes them again.
                return;
            }
        }
        changed = false;
    }

    /** Returns whether a jar exists; false for a path that this system cannot have. */
    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private Map<String, String> load() {
        Map<String, String> known = new TreeMap<>();
        try {
            boolean there =
                    file.isPresent()
                            && Files.isRegularFile(file.get())
                            && Files.size(file.get()) <= MOST_BYTES;
            for (String line : there ? Files.readAllLines(file.get()) : List.<String>of()) {
                String[] fields = line.split("\t", 4);
                if (fields.length == 4 && fields[2].matches("[0-9a-f]{64}")) {
                    known.put(fields[3], fields[0] + "\t" + fields[1] + "\t" + fields[2]);
                }
            }
        } catch (IOException noCache) {
            known.clear();
        }
        return known;
    }
}
