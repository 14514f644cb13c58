package org.anira.runtime.report;

import org.anira.api.DataException;
import org.anira.runtime.report.Comparison.Written;
import org.anira.runtime.run.DurableFiles;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.RegularFiles;
import org.anira.runtime.run.RunFolder;

import tools.jackson.core.JacksonException;

import java.awt.AWTError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Writes a comparison's folder: everything is written to a temporary folder beside it, which is
 * renamed when complete. An earlier comparison is moved aside before and deleted after, so a crash
 * leaves a complete comparison under the name, or none.
 */
record Output(Comparison comparison, String command) {

    private static final String JSON = "comparison.json";

    /** The files beside the figures. */
    private static final Set<String> TEXTS = Set.of(JSON, "comparison.csv", "report.html");

    /** The figure files of this build and earlier ones. */
    private static final Pattern FIGURE =
            Pattern.compile("figures/(accuracy|depth|cost|exits(-[0-9]+)?|training)\\.(svg|png)");

    Written write(Path folder) {
        Drawing.withoutDisplay();
        Path target = folder.toAbsolutePath();
        checkReplaceable(folder, target);
        Map<String, byte[]> files = new LinkedHashMap<>();
        List<Figure> figures = new ArrayList<>();
        Map<String, String> drawings = new LinkedHashMap<>();
        String withoutFigures = "";
        try {
            figures.addAll(Figures.of(comparison));
            for (Figure figure : figures) {
                String svg = Drawing.svg(figure);
                drawings.put(figure.name(), svg);
                files.put(
                        "figures/" + figure.name() + ".svg",
                        utf8("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg));
                files.put("figures/" + figure.name() + ".png", Drawing.png(figure));
            }
        } catch (LinkageError | AWTError e) {
            withoutFigures = Drawing.obstacle(e);
            figures.clear();
            drawings.clear();
            files.clear();
        }
        files.put("comparison.csv", utf8(Tables.csv(comparison)));
        files.put(
                "report.html",
                utf8(ReportPage.of(comparison, command, figures, drawings, withoutFigures)));
        files.put(JSON, utf8(comparison.json() + "\n"));
        try {
            Files.createDirectories(target.getParent());
            replace(target, files);
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(folder, e);
        }
        return new Written(
                folder.resolve("report.html"),
                files.keySet().stream().map(folder::resolve).toList(),
                withoutFigures);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void replace(Path target, Map<String, byte[]> files) throws IOException {
        Path fresh = DurableFiles.ownTemporary(target);
        Files.createDirectory(fresh);
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = fresh.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
            if (Files.exists(target)) {
                Path old = DurableFiles.ownTemporary(target);
                move(target, old);
                try {
                    move(fresh, target);
                } catch (IOException e) {
                    move(old, target);
                    throw e;
                }
                DurableFiles.delete(old);
            } else {
                move(fresh, target);
            }
        } catch (IOException e) {
            DurableFiles.delete(fresh);
            throw e;
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to);
        }
    }

    /**
     * Makes sure that nothing is lost: the folder must be new, empty, or hold an earlier comparison
     * and nothing else. Stops at the first other file.
     */
    private static void checkReplaceable(Path folder, Path target) {
        if (!DurableFiles.isName(folder.getFileName())) {
            throw new DataException(
                    "RUN-001",
                    "'%s' is no name for a comparison's folder. Choose one.".formatted(folder));
        }
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            RunFolder.requireForeign(folder);
            return;
        }
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new DataException(
                    "RUN-001",
                    "'%s' exists and is no folder. Choose another name for the comparison."
                            .formatted(folder));
        }
        Optional<Path> first;
        Optional<Path> foreign;
        try {
            first = firstIn(target, _ -> true);
            foreign = firstIn(target, path -> !isPart(target, path));
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(folder, e);
        }
        if (first.isEmpty()) {
            return;
        }
        if (!isComparison(target.resolve(JSON))) {
            throw new DataException(
                    "RUN-001",
                    "Folder '%s' exists and holds something other than a comparison, such as '%s'. Choose another name."
                            .formatted(folder, target.relativize(foreign.orElse(first.get()))));
        }
        if (foreign.isPresent()) {
            throw new DataException(
                    "RUN-001",
                    "Folder '%s' holds an earlier comparison, and '%s', which is not part of it and would be lost. Move that file, or choose another name."
                            .formatted(folder, target.relativize(foreign.get())));
        }
    }

    /** Returns the first entry of a folder, or of its figures, that meets a condition. */
    private static Optional<Path> firstIn(Path folder, Predicate<Path> condition)
            throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (condition.test(entry)) {
                    return Optional.of(entry);
                }
                if (isFolder(entry)) {
                    Optional<Path> within = firstIn(entry, condition);
                    if (within.isPresent()) {
                        return within;
                    }
                }
            }
            return Optional.empty();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /** Returns whether a path is a file or folder that a comparison writes. */
    private static boolean isPart(Path target, Path path) {
        String name = target.relativize(path).toString().replace('\\', '/');
        return isFolder(path)
                ? name.equals("figures")
                : Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                        && (TEXTS.contains(name) || FIGURE.matcher(name).matches());
    }

    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isComparison(Path json) {
        try {
            return Json.object(RegularFiles.text(json)).get("schema") instanceof String schema
                    && schema.startsWith("anira.comparison/");
        } catch (IOException | JacksonException e) {
            return false;
        }
    }
}
