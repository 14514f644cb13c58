package org.anira.runtime.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * SHA-256 of jars, remembered in a file by path, size and time of last change. Where that file
 * cannot be read or written, hashes are computed anew: it saves time and nothing depends on it.
 */
public final class JarHashes {

    private static final String FILE = "jar-hashes.tsv";
    private static final int BUFFER = 1 << 16;

    private final Optional<Path> file;

    /**
     * Lines of the cache, {@code size TAB time TAB hash}, by absolute path; read when first needed.
     */
    private Optional<Map<String, String>> lines = Optional.empty();

    private boolean changed;

    private JarHashes(Optional<Path> file) {
        this.file = file;
    }

    /**
     * Returns hashes that are remembered in a directory, which is made when there is something to
     * remember.
     */
    public static JarHashes cachedIn(Path directory) {
        return new JarHashes(Optional.of(directory.resolve(FILE)));
    }

    /** Returns hashes that are remembered as long as this object lives. */
    public static JarHashes uncached() {
        return new JarHashes(Optional.empty());
    }

    /**
     * Computes the SHA-256 of a file from its content.
     *
     * @return 64 lower-case hexadecimal digits
     * @throws IOException if the file cannot be read
     */
    public static String compute(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
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
        String hash = compute(jar);
        known.put(key, stamp + hash);
        changed = true;
        return hash;
    }

    /** Writes what was computed since the last call, if anything was. */
    public synchronized void save() {
        if (changed && file.isPresent()) {
            StringBuilder text = new StringBuilder();
            lines.orElseGet(Map::of)
                    .forEach((path, line) -> {
                        if (path.chars().noneMatch(Character::isISOControl)) {
                            text.append(line).append('\t').append(path).append('\n');
                        }
                    });
            replace(file.get(), text.toString());
        }
        changed = false;
    }

    private Map<String, String> load() {
        Map<String, String> known = new TreeMap<>();
        try {
            for (String line :
                    file.isPresent()
                            ? Files.readAllLines(file.get())
                            : java.util.List.<String>of()) {
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

    private static void replace(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Path part = Files.createTempFile(file.getParent(), FILE, ".part");
            try {
                Files.writeString(part, text);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException noCache) {
            // The hashes are right without it; the next process computes them again.
            return;
        }
    }
}
