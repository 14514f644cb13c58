package org.anira.app.command;

import org.anira.api.DataException;
import org.anira.app.console.Output;
import org.anira.app.process.ExitCode;
import org.anira.app.process.Installation;
import org.anira.runtime.run.DurableFiles;
import org.anira.runtime.run.Json;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Shows and clears the folder of what can be made again. */
@Command(
        name = "cache",
        description = {
            "Show what lies in the cache and its size, or clear it.",
            "All of it can be made again: compiled programs, natives that were unpacked, hashes of"
                    + " jars, the start-up cache."
        },
        footer = {
            "",
            "Do not clear it while anira runs.",
            "",
            "Examples:",
            "  anira cache",
            "  anira cache --clear compiled",
            "  anira cache --clear"
        })
public final class CacheCommand implements Callable<Integer> {

    private static final double MEBIBYTE = 1 << 20;

    private final Output output;
    @Spec private CommandSpec spec;

    @Option(names = "--clear", description = "Delete it, or the entries named.")
    private boolean clear;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Parameters(
            paramLabel = "ENTRY",
            arity = "0..*",
            description = "Names of entries, as shown; all without.")
    private List<String> names = new ArrayList<>();

    /** Makes one that writes to an output. */
    public CacheCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        Path folder = Installation.cache();
        try {
            Map<String, Long> sizes = sizes(folder);
            if (clear) {
                for (String name : sizes.keySet()) {
                    delete(folder.resolve(name));
                }
            }
            show(folder, sizes);
        } catch (IOException e) {
            throw new DataException(
                    "RUN-005",
                    "The cache in '%s' cannot be %s: %s. Check who may read and write it, or let XDG_CACHE_HOME name another folder."
                            .formatted(folder, clear ? "cleared" : "read", DurableFiles.reason(e)),
                    e);
        }
        return ExitCode.DONE;
    }

    private void show(Path folder, Map<String, Long> sizes) {
        if (json) {
            output.out()
                    .println(
                            Json.document(
                                    "anira.cache/1",
                                    Map.of(
                                            "folder",
                                            folder.toString(),
                                            "cleared",
                                            clear,
                                            "bytes",
                                            sizes)));
            return;
        }
        sizes.forEach((name, bytes) ->
                output.out().printf(Locale.ROOT, "%9.1f MiB  %s%n", bytes / MEBIBYTE, name));
        output.say(
                sizes.isEmpty()
                        ? "The cache in '%s' is empty.".formatted(folder)
                        : "%s '%s'.".formatted(clear ? "Cleared from" : "All in", folder));
    }

    /** Returns the bytes of each entry that was named, or of all. */
    private Map<String, Long> sizes(Path folder) throws IOException {
        Map<String, Long> sizes = new LinkedHashMap<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> entries = Files.list(folder)) {
                for (Path entry : entries.sorted().toList()) {
                    sizes.put(entry.getFileName().toString(), size(entry));
                }
            }
        }
        for (String name : names) {
            if (!sizes.containsKey(name)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "The cache in '%s' has no entry '%s'. It has: %s"
                                .formatted(folder, name, String.join(", ", sizes.keySet())));
            }
        }
        if (!names.isEmpty()) {
            sizes.keySet().retainAll(names);
        }
        return sizes;
    }

    private static long size(Path entry) throws IOException {
        long[] sum = {0};
        Files.walkFileTree(
                entry,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        sum[0] += attributes.size();
                        return FileVisitResult.CONTINUE;
                    }
                });
        return sum[0];
    }

    private static void delete(Path entry) throws IOException {
        Files.walkFileTree(
                entry,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path inside, IOException failure)
                            throws IOException {
                        Files.delete(inside);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
