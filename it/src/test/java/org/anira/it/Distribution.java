package org.anira.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The packaged application that these tests run. */
final class Distribution {

    /** The folder of the sources. */
    static final Path ROOT = property("anira.root");

    /** The folder of the packaged application. */
    static final Path HOME = property("anira.dist");

    static final Path LIBRARIES = HOME.resolve("lib");
    static final Path PLUGINS = HOME.resolve("plugins");
    static final Path LAUNCHER = HOME.resolve("bin/anira");

    private Distribution() {}

    /** Returns the jars of a folder, sorted by name. */
    static List<Path> jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the jars that hold plug-ins, without the libraries that some bring along. */
    static List<Path> pluginJars() {
        List<Path> jars = new ArrayList<>(ownJarsOfPlugins());
        jars.removeAll(floorJars());
        return jars;
    }

    /** Returns the copies of the library that backends stand on, one in the folder of each. */
    static List<Path> floorJars() {
        return ownJarsOfPlugins().stream()
                .filter(jar -> jar.getFileName().toString().startsWith("anira-backend-floor-"))
                .toList();
    }

    private static List<Path> ownJarsOfPlugins() {
        List<Path> jars = new ArrayList<>(jars(PLUGINS));
        for (Path folder : pluginFolders()) {
            jars(folder).stream().filter(Distribution::isOurs).forEach(jars::add);
        }
        return jars;
    }

    /** Returns the folders of plug-ins that bring libraries along. */
    static List<Path> pluginFolders() {
        try (Stream<Path> files = Files.list(PLUGINS)) {
            return files.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the jars that the project builds itself, of the application and of its plug-ins. */
    static List<Path> ownJars() {
        List<Path> jars = new ArrayList<>(ownJarsOfPlugins());
        jars(LIBRARIES).stream().filter(Distribution::isOurs).forEach(jars::add);
        jars.addAll(jars(HOME.resolve("sdk")));
        return jars;
    }

    /** Returns the descriptor of the one module in a jar. */
    static ModuleDescriptor descriptor(Path jar) {
        return ModuleFinder.of(jar).findAll().iterator().next().descriptor();
    }

    private static boolean isOurs(Path jar) {
        return jar.getFileName().toString().startsWith("anira-");
    }

    private static Path property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("these tests need the system property " + name);
        }
        return Path.of(value).toAbsolutePath().normalize();
    }
}
