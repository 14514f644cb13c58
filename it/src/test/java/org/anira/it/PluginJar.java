package org.anira.it;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * A plug-in as somebody outside of the project builds it: with the JDK's own tools, against the
 * published api alone. All are changed copies of one sound plug-in, {@code halfway}.
 *
 * @param sources texts by relative path
 * @param version of the module
 */
record PluginJar(Map<String, String> sources, String version) {

    private static final Path API =
            Distribution.jars(Distribution.HOME.resolve("sdk")).stream()
                    .filter(jar -> jar.getFileName().toString().startsWith("anira-api-"))
                    .findFirst()
                    .orElseThrow();

    /** Returns the sound one: it provides the halting mechanism {@code halfway}. */
    static PluginJar halfway() {
        Map<String, String> sources = new TreeMap<>();
        try {
            Path root = Path.of(PluginJar.class.getResource("/foreign").toURI());
            try (Stream<Path> files = Files.walk(root).filter(Files::isRegularFile)) {
                for (Path file : files.toList()) {
                    sources.put(root.relativize(file).toString(), Files.readString(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return new PluginJar(sources, "1.2");
    }

    /** Returns the same under another name: of one word, all its names change. */
    PluginJar named(String name) {
        return replace("halfway", name);
    }

    /** Returns it with a text replaced wherever it occurs, which it must. */
    PluginJar replace(String text, String replacement) {
        Map<String, String> changed = new TreeMap<>();
        sources.forEach((path, source) ->
                changed.put(path.replace(text, replacement), source.replace(text, replacement)));
        if (changed.equals(sources)) {
            throw new IllegalArgumentException("no source has: " + text);
        }
        return new PluginJar(changed, version);
    }

    /** Returns it with another version. */
    PluginJar version(String other) {
        return new PluginJar(sources, other);
    }

    /** Returns it without one of its files. */
    PluginJar without(String path) {
        Map<String, String> changed = new TreeMap<>(sources);
        changed.remove(path);
        return new PluginJar(changed, version);
    }

    /** Compiles it, packs it in place of what was there, and returns the jar. */
    Path write(Path jar) {
        Path work = Folder.temporary("anira-it-plugin");
        try {
            Path classes = Files.createDirectory(work.resolve("classes"));
            List<String> files = new ArrayList<>();
            for (Map.Entry<String, String> source : sources.entrySet()) {
                Path file = work.resolve("sources").resolve(source.getKey());
                Files.createDirectories(file.getParent());
                Files.writeString(file, source.getValue());
                files.add(file.toString());
            }
            List<String> compile =
                    new ArrayList<>(
                            List.of(
                                    "-Xlint:all",
                                    "-Werror",
                                    "--class-path",
                                    classes.toString(),
                                    "--module-path",
                                    API.toString(),
                                    "-d",
                                    classes.toString()));
            compile.addAll(
                    sources.containsKey("module-info.java")
                            ? List.of("--module-version", version)
                            : List.of("--add-modules", "org.anira.api"));
            compile.addAll(files);
            run("javac", compile);
            Files.createDirectories(jar.getParent());
            run(
                    "jar",
                    List.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."));
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Folder.delete(work);
        }
    }

    private static void run(String tool, List<String> arguments) {
        StringWriter problems = new StringWriter();
        PrintWriter out = new PrintWriter(problems);
        int code =
                ToolProvider.findFirst(tool)
                        .orElseThrow()
                        .run(out, out, arguments.toArray(String[]::new));
        if (code != 0) {
            throw new AssertionError("%s %s\n%s".formatted(tool, arguments, problems));
        }
    }
}
