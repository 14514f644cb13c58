package org.anira.runtime.plugin;

import org.anira.api.AniraPlugin;
import org.anira.runtime.run.DurableFiles;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** Compiles sources into a jar: {@code JarMaker.of("lib").source(…).version("1.0").write(path)}. */
final class JarMaker {

    private final String module;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> resources = new LinkedHashMap<>();
    private final Manifest manifest = new Manifest();
    private final List<Path> modulePath = new ArrayList<>();
    private final List<String> options = new ArrayList<>();

    private JarMaker(String module) {
        this.module = module;
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        modulePath.add(
                Path.of(
                        AniraPlugin.class
                                .getModule()
                                .getLayer()
                                .configuration()
                                .findModule("org.anira.api")
                                .orElseThrow()
                                .reference()
                                .location()
                                .orElseThrow()));
    }

    /** Returns a maker of a jar, whose module, if it is to have one, has this name. */
    static JarMaker of(String module) {
        return new JarMaker(module);
    }

    /** Adds the module descriptor: an annotation, or nothing, and the directives. */
    JarMaker moduleInfo(String annotation, String directives) {
        return source(
                "module-info", "%s module %s { %s }".formatted(annotation, module, directives));
    }

    JarMaker source(String className, String text) {
        sources.put(className.replace('.', '/') + ".java", text);
        return this;
    }

    JarMaker resource(String path, String text) {
        resources.put(path, text);
        return this;
    }

    JarMaker manifest(String key, String value) {
        manifest.getMainAttributes().putValue(key, value);
        return this;
    }

    /** Sets the version of the module. */
    JarMaker version(String version) {
        return option("--module-version", version);
    }

    JarMaker option(String... words) {
        options.addAll(List.of(words));
        return this;
    }

    /** Lets the sources see a jar. */
    JarMaker sees(Path jar) {
        modulePath.add(jar);
        return this;
    }

    /** Compiles and packs, in place of what was there. */
    Path write(Path jar) {
        try {
            Files.createDirectories(jar.getParent());
            Path work = Files.createTempDirectory("jar-maker");
            compile(work);
            try (OutputStream out = Files.newOutputStream(jar);
                    JarOutputStream packed = new JarOutputStream(out, manifest)) {
                for (Map.Entry<String, String> resource : resources.entrySet()) {
                    packed.putNextEntry(new ZipEntry(resource.getKey()));
                    packed.write(resource.getValue().getBytes());
                }
                Path classes = work.resolve("classes");
                for (Path file : files(classes)) {
                    packed.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                    packed.write(Files.readAllBytes(file));
                }
            }
            DurableFiles.delete(work);
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compile(Path work) throws IOException {
        Path classes = Files.createDirectories(work.resolve("classes"));
        if (sources.isEmpty()) {
            return;
        }
        String path =
                modulePath.stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(java.io.File.pathSeparator));
        List<String> command = new ArrayList<>(options);
        command.addAll(List.of("-d", classes.toString(), "-proc:none", "--module-path", path));
        if (!sources.containsKey("module-info.java")) {
            command.addAll(List.of("--add-modules", "ALL-MODULE-PATH"));
        }
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = work.resolve(source.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, source.getValue());
            command.add(file.toString());
        }
        StringWriter problems = new StringWriter();
        PrintWriter out = new PrintWriter(problems);
        ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
        if (compiler.run(out, out, command.toArray(String[]::new)) != 0) {
            throw new AssertionError(command + "\n" + problems);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
