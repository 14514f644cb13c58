package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The arrows between the modules, read from the packaged jars: app → runtime → api ← plug-ins. */
class ModuleGraphTests {

    private static final String API = "org.anira.api";
    private static final String TESTKIT = "org.anira.testkit";
    private static final String RUNTIME = "org.anira.runtime";
    private static final String FLOOR = "org.anira.backend.floor";
    private static final String APP = "org.anira.app";

    static List<Path> ownJars() {
        return Distribution.ownJars();
    }

    static List<Path> pluginJars() {
        return Distribution.pluginJars();
    }

    static List<Path> libraries() {
        return Distribution.jars(Distribution.LIBRARIES);
    }

    @ParameterizedTest
    @MethodSource("ownJars")
    void everyJarOfOursHasADescriptorWithAVersion(Path jar) {
        ModuleDescriptor descriptor = Distribution.descriptor(jar);
        assertFalse(descriptor.isAutomatic(), jar + " has no module-info.class");
        assertTrue(
                descriptor.version().isPresent(), jar + " has no version in its module-info.class");
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void everyLibraryStatesItsModuleName(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            boolean named =
                    !Distribution.descriptor(jar).isAutomatic()
                            || file.getManifest()
                                            .getMainAttributes()
                                            .getValue("Automatic-Module-Name")
                                    != null;
            assertTrue(named, jar + " has its module name from the file name, which is no promise");
        }
    }

    @Test
    void theApiRequiresJavaBaseAlone() {
        assertEquals(Set.of("java.base"), required(library("anira-api-")));
    }

    @Test
    void theTestKitRequiresTheApiAndJunit() {
        Set<String> unexpected = new TreeSet<>(required(library("sdk", "anira-testkit-")));
        unexpected.removeIf(
                name -> name.equals(API) || isOfTheJdk(name) || name.startsWith("org.junit."));
        assertEquals(Set.of(), unexpected);
    }

    @Test
    void theFloorOfTheBackendsIsALibraryInTheFolderOfEach() throws IOException {
        List<Path> floors = Distribution.floorJars();
        assertEquals(3, floors.size(), floors::toString);
        for (Path jar : floors) {
            ModuleDescriptor descriptor = Distribution.descriptor(jar);
            assertEquals(Set.of("java.base", API), required(jar));
            assertEquals(Set.of(), descriptor.provides(), "a library provides nothing");
            assertEquals(-1, Files.mismatch(floors.getFirst(), jar), jar + " is another build");
        }
    }

    @Test
    void theRuntimeDoesNotRequireTheApp() {
        Set<String> required = required(library("anira-runtime-"));
        assertTrue(required.contains(API));
        assertFalse(required.contains(APP));
    }

    @ParameterizedTest
    @MethodSource("pluginJars")
    void aPluginRequiresTheApiAndItsOwnLibrariesAlone(Path jar) {
        Set<String> unexpected = new TreeSet<>(required(jar));
        assertTrue(unexpected.remove(API), jar + " does not require the api");
        unexpected.removeIf(ModuleGraphTests::isOfTheJdk);
        if (!jar.getParent().equals(Distribution.PLUGINS)) {
            modules(jar.getParent()).keySet().forEach(unexpected::remove);
        }
        assertEquals(Set.of(), unexpected);
    }

    @ParameterizedTest
    @MethodSource("pluginJars")
    void aPluginExportsNothing(Path jar) {
        assertEquals(Set.of(), Distribution.descriptor(jar).exports());
    }

    @Test
    void onlyWhatAuthorsOfPluginsCompileAgainstIsExportedToTheWorld() {
        Map<String, String> exported = new TreeMap<>();
        for (Path jar : ownJars()) {
            ModuleDescriptor descriptor = Distribution.descriptor(jar);
            descriptor.exports().stream()
                    .filter(exports -> !exports.isQualified())
                    .map(Exports::source)
                    .forEach(name -> exported.put(name, descriptor.name()));
        }
        exported.values().removeAll(Set.of(API, TESTKIT, FLOOR));
        assertEquals(Map.of(), exported);
    }

    @Test
    void noPackageLiesInTwoModules() {
        assertAll(
                Stream.concat(
                                Stream.of(List.of(Distribution.LIBRARIES)),
                                Distribution.pluginFolders().stream()
                                        .map(folder -> List.of(Distribution.LIBRARIES, folder)))
                        .map(folders -> () -> assertEquals(Map.of(), split(folders))));
    }

    @Test
    void theApplicationFindsEveryModuleThatItNeeds() {
        Configuration resolved =
                ModuleLayer.boot()
                        .configuration()
                        .resolve(
                                ModuleFinder.of(Distribution.LIBRARIES),
                                ModuleFinder.of(),
                                Set.of(APP));
        assertTrue(resolved.findModule(RUNTIME).isPresent());
    }

    @Test
    void noLibraryOfAPluginLiesWithTheApplication() {
        Set<String> names =
                Distribution.pluginFolders().stream()
                        .flatMap(folder -> Distribution.jars(folder).stream())
                        .map(jar -> jar.getFileName().toString())
                        .collect(Collectors.toCollection(TreeSet::new));
        names.retainAll(libraries().stream().map(jar -> jar.getFileName().toString()).toList());
        assertEquals(Set.of(), names);
    }

    @Test
    void theRuntimeNamesNoPlugin() throws IOException {
        Pattern names =
                Pattern.compile(
                        "(?<!\\w)(anira-[eo]|mano|brevo|depo|lano|clrs-text|djl|onnx|libtorch)(?!\\w)",
                        Pattern.CASE_INSENSITIVE);
        List<String> found = new ArrayList<>();
        Path sources = Distribution.ROOT.resolve("runtime/src/main");
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                int number = 0;
                for (String line : Files.readString(file).lines().toList()) {
                    number++;
                    if (names.matcher(line).find()) {
                        found.add(
                                "%s:%d: %s"
                                        .formatted(sources.relativize(file), number, line.strip()));
                    }
                }
            }
        }
        assertEquals(List.of(), found);
    }

    private static Path library(String prefix) {
        return library("lib", prefix);
    }

    private static Path library(String folder, String prefix) {
        return Distribution.jars(Distribution.HOME.resolve(folder)).stream()
                .filter(jar -> jar.getFileName().toString().startsWith(prefix))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("no jar %s… in %s".formatted(prefix, folder)));
    }

    private static Set<String> required(Path jar) {
        return Distribution.descriptor(jar).requires().stream()
                .map(Requires::name)
                .collect(Collectors.toSet());
    }

    private static boolean isOfTheJdk(String name) {
        return ModuleFinder.ofSystem().find(name).isPresent();
    }

    /**
     * Returns the modules of a folder by name. Jars whose manifest gives an illegal name are no
     * modules to the JDK and are left out.
     */
    private static Map<String, ModuleDescriptor> modules(Path folder) {
        Map<String, ModuleDescriptor> modules = new TreeMap<>();
        for (Path jar : Distribution.jars(folder)) {
            try {
                for (ModuleReference reference : ModuleFinder.of(jar).findAll()) {
                    modules.put(reference.descriptor().name(), reference.descriptor());
                }
            } catch (FindException e) {
                assertTrue(
                        e.getMessage().contains("Unable to derive module descriptor"), e::toString);
            }
        }
        return modules;
    }

    /** Returns the packages that lie in more than one module of the folders taken together. */
    private static Map<String, Set<String>> split(List<Path> folders) {
        Map<String, Set<String>> modulesOf = new TreeMap<>();
        for (Path folder : folders) {
            for (ModuleDescriptor module : modules(folder).values()) {
                for (String contained : module.packages()) {
                    modulesOf.computeIfAbsent(contained, _ -> new TreeSet<>()).add(module.name());
                }
            }
        }
        modulesOf.values().removeIf(names -> names.size() < 2);
        return modulesOf;
    }
}
