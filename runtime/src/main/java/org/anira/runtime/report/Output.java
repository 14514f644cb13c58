package org.anira.runtime.report;

import org.anira.api.DataException;
import org.anira.runtime.report.Comparison.Written;
import org.anira.runtime.run.DurableFiles;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import java.awt.AWTError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes a comparison's folder: everything goes to a folder beside it, which takes the final name
 * when complete. An earlier comparison is moved aside before and deleted after, so a crash leaves a
 * whole one or none under the name.
 */
record Output(Comparison comparison, String command) {

    private static final String JSON = "comparison.json";

    Written write(Path folder) {
        Drawing.withoutDisplay();
        Path target = folder.toAbsolutePath().normalize();
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
        Path fresh = beside(target, "new");
        Files.createDirectory(fresh);
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = fresh.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
            if (Files.exists(target)) {
                Path old = beside(target, "old");
                move(target, old);
                move(fresh, target);
                DurableFiles.delete(old);
            } else {
                move(fresh, target);
            }
        } catch (IOException e) {
            DurableFiles.delete(fresh);
            throw e;
        }
    }

    private static Path beside(Path target, String what) {
        String unique =
                "%s-%s"
                        .formatted(
                                ProcessHandle.current().pid(), Long.toHexString(System.nanoTime()));
        return target.resolveSibling(".%s-%s-%s".formatted(target.getFileName(), what, unique));
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
     * and no more.
     */
    private static void checkReplaceable(Path folder, Path target) {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new DataException(
                    "RUN-001",
                    "'%s' exists and is no folder. Choose another name for the comparison."
                            .formatted(folder));
        }
        Set<String> found;
        try (Stream<Path> entries = Files.walk(target)) {
            found =
                    entries.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                            .map(path -> target.relativize(path).toString().replace('\\', '/'))
                            .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw DurableFiles.cannotWrite(folder, e);
        }
        if (found.isEmpty()) {
            return;
        }
        if (!isComparison(target.resolve(JSON))) {
            throw new DataException(
                    "RUN-001",
                    "Folder '%s' exists and holds something other than a comparison, such as '%s'. Choose another name."
                            .formatted(folder, found.iterator().next()));
        }
        found.removeIf(name ->
                Set.of(JSON, "comparison.csv", "report.html").contains(name)
                        || name.matches("figures/[a-z0-9-]+\\.(svg|png)"));
        if (!found.isEmpty()) {
            throw new DataException(
                    "RUN-001",
                    "Folder '%s' holds an earlier comparison, and '%s', which is not part of it and would be lost. Move that file, or choose another name."
                            .formatted(folder, found.iterator().next()));
        }
    }

    private static boolean isComparison(Path json) {
        try {
            return Files.isRegularFile(json)
                    && JsonMapper.shared()
                            .readTree(Files.readString(json))
                            .path("schema")
                            .asString("")
                            .startsWith("anira.comparison/");
        } catch (IOException | JacksonException e) {
            return false;
        }
    }

    private static DataException cannotWrite(Path folder, IOException e) {
        return new DataException(
                "RUN-005",
                "Cannot write the comparison to '%s': %s. Check that there is room and that the folder may be written, or choose another place."
                        .formatted(folder, DurableFiles.reason(e)),
                e);
    }
}
