package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import org.anira.api.ApiVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Each way in which a jar can be no plug-in for this host, and what is said of it. */
class PluginChecksTests extends PluginDirectory {

    /** Far more than any check takes: one that hangs is ended. */
    private static final Duration SOON = Duration.ofSeconds(30);

    /** How a class file of Java 25 begins. */
    private static final byte[] MAGIC = {
        (byte) 0xca, (byte) 0xfe, (byte) 0xba, (byte) 0xbe, 0, 0, 0, 69
    };

    @TempDir Path elsewhere;

    private String failureOf(String id) {
        PluginRegistry registry = open();
        FakePlugin.of("sound", "sound").write(at("sound.jar"));
        PluginRegistry withSound = open();
        assertEquals(
                "sound", halting(withSound, "sound").name(), "a broken plug-in stops no other");
        return failure(registry, id);
    }

    @Test
    void readsTheDescriptorWithoutRunningAnything() {
        FakePlugin.of("ready", "early")
                .constructor("throw new AssertionError(\"run\");")
                .mark("api = \"0.1\", ranking = 7, nativeEngine = true")
                .version("2.3")
                .write(at("ready.jar"));
        Plugin plugin = open().plugins().getFirst();
        assertEquals(PluginState.INSTALLED, plugin.state());
        PluginDescriptor descriptor = plugin.descriptor().orElseThrow();
        assertEquals("ready", descriptor.id());
        assertEquals("fake.ready", descriptor.module());
        assertEquals(Optional.of("2.3"), descriptor.version());
        assertEquals(new ApiVersion(0, 1), descriptor.api());
        assertEquals(7, descriptor.ranking());
        assertTrue(descriptor.nativeEngine());
        assertEquals(List.of("fake.ready.FakeProvider"), descriptor.provides().get(Kind.HALTING));
    }

    @Test
    void refusesAnEmptyFile() throws IOException {
        Files.createFile(at("foo.jar"));
        assertEquals("PLG-007 'foo.jar' is empty. Copy or build it again.", failureOf("foo"));
    }

    @Test
    void refusesAFileThatIsNoJar() throws IOException {
        Files.writeString(at("foo.jar"), "this is no jar");
        assertEquals(
                "PLG-007 'foo.jar' is not a jar that can be read (zip END header not found). Copy"
                        + " or build it again.",
                failureOf("foo"));
    }

    @Test
    void refusesATruncatedJar() throws IOException {
        Path jar = FakePlugin.of("foo", "foo").write(at("foo.jar"));
        byte[] content = Files.readAllBytes(jar);
        Files.write(jar, java.util.Arrays.copyOf(content, content.length / 2));
        assertTrue(
                failureOf("foo").startsWith("PLG-007 'foo.jar' is not a jar that can be read ("));
    }

    @Test
    void refusesADamagedDescriptor() {
        JarMaker.of("foo").resource("module-info.class", "no class").write(at("foo.jar"));
        assertEquals(
                "PLG-007 'foo.jar' is damaged: its module-info.class is no class file.",
                failureOf("foo"));
    }

    @Test
    void refusesAJarThatIsNotModular() {
        JarMaker.of("foo")
                .source("foo.Foo", "package foo; public class Foo {}")
                .write(at("foo.jar"));
        assertEquals(
                "PLG-007 'foo.jar' is not modular: it has no module-info.class. A plug-in is a"
                    + " modular jar; a library that a plug-in needs goes beside it into a folder"
                    + " 'plugins/<name>/'.",
                failureOf("foo"));
    }

    @Test
    void refusesAModuleWithoutTheMark() {
        JarMaker.of("foo").moduleInfo("", "").write(at("foo.jar"));
        assertEquals(
                "PLG-007 Module 'foo' in 'foo.jar' is not a plug-in: its module-info has no"
                        + " @AniraPlugin(id = …, api = \"0.1\").",
                failureOf("foo"));
    }

    @Test
    void refusesAFolderWithoutAJar() throws IOException {
        Files.createDirectory(at("foo"));
        assertEquals(
                "PLG-007 Plug-in folder 'foo' holds no plug-in: it has no jar. Put the plug-in's"
                        + " jar there.",
                failureOf("foo"));
    }

    @Test
    void refusesAFolderWithoutAPlugin() {
        JarMaker.of("bar").moduleInfo("", "").write(at("foo/bar.jar"));
        assertEquals(
                "PLG-007 Plug-in folder 'foo' holds no plug-in: no module of 'bar.jar' has"
                        + " @AniraPlugin. Put the plug-in's jar there.",
                failureOf("foo"));
    }

    @Test
    void refusesAFolderWithTwoPlugins() {
        FakePlugin.of("one", "one").write(at("foo/one.jar"));
        FakePlugin.of("two", "two").write(at("foo/two.jar"));
        assertEquals(
                "PLG-007 Plug-in folder 'foo' holds 2 plug-ins: 'one.jar', 'two.jar'. Give each a"
                        + " folder of its own.",
                failureOf("foo"));
    }

    @Test
    void refusesAPluginForANewerApi() {
        FakePlugin.of("foo", "foo").mark("api = \"0.9\"").version("1.4.0").write(at("foo.jar"));
        assertEquals(
                "PLG-003 Plugin 'foo' 1.4.0 was built for API 0.9, but API 0.1 is running.\n"
                        + "Use a plugin for API 0.x up to 0.1, or a newer anira.",
                failureOf("foo"));
    }

    @Test
    void refusesAnApiVersionOfAnotherForm() {
        FakePlugin.of("foo", "foo").mark("api = \"one\"").write(at("foo.jar"));
        assertEquals(
                "PLG-003 Plugin in 'foo.jar' was built for API 'one', which is not of the form"
                        + " MAJOR.MINOR. API 0.1 is running.",
                failureOf("foo"));
    }

    @Test
    void refusesAnIdOfAnotherForm() {
        FakePlugin.of("Foo", "foo").write(at("foo.jar"));
        assertEquals(
                "PLG-008 Id 'Foo' of the plug-in in 'foo.jar' is not of the form"
                        + " [a-z][a-z0-9-]{0,62}. Change it in @AniraPlugin.",
                failureOf("foo"));
    }

    @Test
    void refusesAModuleThatProvidesNothing() {
        JarMaker.of("foo")
                .version("1.0")
                .moduleInfo(
                        "@org.anira.api.AniraPlugin(id = \"foo\", api = \"0.1\")",
                        "requires org.anira.api;")
                .write(at("foo/foo.jar"));
        assertEquals(
                "PLG-002 Plugin folder 'foo' provides no task, halting mechanism or backend.\n"
                        + "Found module: foo@1.0. Is 'provides … with …' in its module-info?",
                failureOf("foo"));
    }

    @Test
    void refusesAProviderClassThatIsNotThere() throws IOException {
        Path jar = FakePlugin.of("foo", "foo").write(at("foo.jar"));
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            Files.delete(zip.getPath("fake/foo/FakeProvider.class"));
        }
        assertEquals(
                "PLG-002 Plugin 'foo' 1.0 names the provider fake.foo.FakeProvider, but 'foo.jar'"
                        + " has no such class. Build the jar again.",
                failureOf("foo"));
    }

    @Test
    void refusesADescriptorOfANewerJava() throws IOException {
        Path jar = FakePlugin.of("foo", "foo").write(at("foo.jar"));
        makeNewer(jar, "module-info.class");
        assertNewer(failureOf("foo"));
    }

    @Test
    void refusesAProviderOfANewerJava() throws IOException {
        Path jar = FakePlugin.of("foo", "foo").write(at("foo.jar"));
        makeNewer(jar, "fake/foo/FakeProvider.class");
        assertNewer(failureOf("foo"));
    }

    private static void makeNewer(Path jar, String entry) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            byte[] content = Files.readAllBytes(zip.getPath(entry));
            content[7] += 1;
            Files.write(zip.getPath(entry), content);
        }
    }

    private static void assertNewer(String failure) {
        int java = Runtime.version().feature();
        assertEquals(
                ("PLG-009 'foo.jar' was compiled for Java %d, but Java %d is running. Run"
                                + " anira on Java %1$d, or use a jar for Java %2$d.")
                        .formatted(java + 1, java),
                failure);
    }

    @Test
    void refusesAPluginWhoseModuleIsMissing() {
        Path library =
                JarMaker.of("org.x")
                        .moduleInfo("", "exports org.x;")
                        .source("org.x.X", "package org.x; public class X {}")
                        .write(at("elsewhere/lib/x.jar"));
        JarMaker plugin = FakePlugin.of("foo", "foo").requires("requires org.x;").maker();
        plugin.sees(library).write(at("foo.jar"));
        String failure = failure(open(), "foo");
        assertEquals(
                "PLG-006 Plugin 'foo' needs Java module 'org.x', which is in none of: its folder,"
                    + " the host. Put its jar beside the plug-in's, in a folder 'plugins/foo/'.",
                failure);
    }

    @Test
    void saysUnderWhatNamesTheJarsBesideAPluginAreModules() throws IOException {
        Path library =
                JarMaker.of("org.x")
                        .source("org.x.X", "package org.x; public class X {}")
                        .manifest("Automatic-Module-Name", "org.x")
                        .write(at("elsewhere/lib/x.jar"));
        FakePlugin.of("foo", "foo")
                .requires("requires org.x;")
                .maker()
                .option("-Xlint:-requires-automatic")
                .sees(library)
                .write(at("foo/foo.jar"));
        JarMaker.of("x").resource("x", "").write(at("foo/x-1.0.jar"));
        JarMaker.of("x").resource("x", "").write(at("foo/1-x.jar"));
        assertEquals(
                "PLG-006 Plugin 'foo' needs Java module 'org.x', which is in none of: its folder,"
                        + " the host. Put its jar beside the plug-in's, in a folder 'plugins/foo/'."
                        + " Beside it in 'foo' are now: 'x-1.0.jar' with module 'x', '1-x.jar', no"
                        + " module.",
                failure(open(), "foo"));
    }

    @Test
    void saysWhichJarBesideAPluginIsDamaged() throws IOException {
        FakePlugin.of("foo", "foo").write(at("foo/foo.jar"));
        Files.writeString(at("foo/x.jar"), "no jar");
        assertEquals(
                "PLG-007 'foo/x.jar' is not a jar that can be read (zip END header not found). Copy"
                        + " or build it again.",
                failure(open(), "foo"));
    }

    @Test
    void saysWhenTheJdkHasAMissingModule() {
        FakePlugin.of("foo", "foo").requires("requires jdk.httpserver;").write(at("foo.jar"));
        if (PluginRegistry.class.getModule().getLayer().findModule("jdk.httpserver").isPresent()) {
            assertEquals("foo", halting(open(), "foo").name());
        } else {
            assertEquals(
                    "PLG-006 Plugin 'foo' needs Java module 'jdk.httpserver', which is in none of:"
                            + " its folder, the host. The JDK has it: start with --add-modules"
                            + " jdk.httpserver.",
                    failureOf("foo"));
        }
    }

    @Test
    void passesOverWhatIsNoPlugin() throws IOException {
        Files.writeString(at("README.md"), "text");
        Files.createDirectory(at(".cache"));
        assertEquals(List.of(), open().plugins());
    }

    @Test
    void refusesADirectoryThatIsNotThere() {
        assertEquals(
                "PLG-013 Plug-in directory 'absent' does not exist. Name a directory that holds"
                        + " plug-in jars or folders.",
                refusal(() ->
                        PluginRegistry.open(
                                List.of(at("absent")), JarHashes.uncached(), Optional.empty())));
    }

    @Test
    void countsADirectoryOnceThatIsGivenTwice() {
        FakePlugin.of("foo", "foo").write(at("foo.jar"));
        PluginRegistry registry =
                PluginRegistry.open(
                        List.of(directory, directory.resolve("../" + directory.getFileName())),
                        JarHashes.uncached(),
                        Optional.empty());
        assertEquals(1, registry.plugins().size());
    }

    @Test
    void aFolderOfThousandsOfBrokenPluginsIsReadSoon() throws IOException {
        for (int i = 0; i < 4000; i++) {
            Files.writeString(at(i + ".jar"), "no jar");
        }
        List<PluginSnapshot> all = assertTimeoutPreemptively(SOON, () -> open().snapshot());
        assertEquals(4000, all.size());
    }

    @Test
    void countsAPluginOnceThatALinkLeadsToAgain() throws IOException {
        FakePlugin.of("foo", "foo").write(at("foo.jar"));
        Files.createSymbolicLink(at("link.jar"), Path.of("foo.jar"));
        assertEquals("foo", halting(open(), "foo").name());
        assertEquals(1, open().plugins().size());
    }

    /**
     * Each line makes something at foo.jar or foo that is no plug-in, and says what is told of it.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    mkfifo foo.jar                   | 'foo.jar' is no regular file. Put a jar in its place, or remove it.
                    ln -s nowhere foo.jar            | 'foo.jar' is a link that leads nowhere.
                    ln -s foo.jar foo.jar            | 'foo.jar' is a link that leads nowhere.
                    ln -s . foo                      | 'foo' is a link to a folder that it lies in. Remove it.
                    mkdir foo.jar                    | Plug-in folder 'foo.jar' holds no plug-in: it has no jar. Put the plug-in's jar there.
                    mkdir foo; mkfifo foo/a.jar      | 'foo/a.jar' is no regular file. Put a jar in its place, or remove it.
                    mkdir foo; ln -s x foo/a.jar     | 'foo/a.jar' is a link that leads nowhere.
                    echo x > foo.JAR                 | 'foo.JAR' does not end in '.jar' in small letters, as jars of modules do. Rename it.
                    echo x > "$(printf 'foo\\377.jar')" | 'foo�.jar' has a name that the encoding of this process cannot write. Rename it, or choose a UTF-8 locale, such as LANG=C.UTF-8.
                    truncate -s 1T foo.jar           | 'foo.jar' is not a jar that can be read (zip END header not found). Copy or build it again.
                    mkdir foo; for i in 1 2 3 4 5 6 7 8 9 10; do cp "$LIBRARY" foo/$i.jar; done | Plug-in folder 'foo' holds no plug-in: no module of '1.jar', '10.jar', '2.jar', '3.jar', '4.jar', '5.jar', '6.jar', '7.jar' and 2 more has @AniraPlugin. Put the plug-in's jar there.
                    """)
    void refusesWhatIsNoJar(String command, String reason) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", command).inheritIO();
        shell.environment()
                .put(
                        "LIBRARY",
                        JarMaker.of("x")
                                .resource("x", "")
                                .write(elsewhere.resolve("x.jar"))
                                .toString());
        assertEquals(0, shell.directory(directory.toFile()).start().waitFor());
        FakePlugin.of("sound", "sound").write(at("sound.jar"));
        PluginRegistry registry = assertTimeoutPreemptively(SOON, this::open);
        assertEquals("sound", halting(registry, "sound").name());
        Plugin broken =
                registry.plugins().stream()
                        .filter(plugin -> plugin.state() == PluginState.FAILED)
                        .findFirst()
                        .orElseThrow();
        assertEquals("PLG-007 " + reason, shown(broken.reason().orElseThrow()));
        assertTimeoutPreemptively(SOON, () -> registry.snapshot());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "module-info.class",
                "META-INF/versions/9/module-info.class",
                "META-INF/MANIFEST.MF",
                "meta-inf/manifest.mf",
                "META-INF/services/org.x.Service",
                "fake/foo/FakeProvider.class"
            })
    void refusesWhatUnpacksToMoreThanItMay(String entry) throws IOException {
        Path jar =
                FakePlugin.of("foo", "foo")
                        .maker()
                        .manifest("Multi-Release", "true")
                        .write(at("foo.jar"));
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            Path bomb = zip.getPath("/" + entry);
            Files.createDirectories(bomb.getParent());
            try (OutputStream out = Files.newOutputStream(bomb)) {
                out.write(MAGIC);
                byte[] zeros = new byte[1 << 20];
                for (int i = 0; i < 64; i++) {
                    out.write(zeros);
                }
            }
        }
        assertEquals(
                "PLG-007 'foo.jar' is damaged: its %s unpacks to more than 8 MiB."
                        .formatted(entry.replace("META-INF/versions/9/", "")),
                failureOf("foo"));
    }

    @Test
    void refusesADescriptorWithADamagedConstant() throws IOException {
        Path jar = FakePlugin.of("foo", "foo").write(at("foo.jar"));
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            Path moduleInfo = zip.getPath("module-info.class");
            byte[] content = Files.readAllBytes(moduleInfo);
            content[10] = 99;
            Files.write(moduleInfo, content);
        }
        String failure = failureOf("foo");
        assertTrue(
                failure.startsWith(
                        "PLG-007 'foo.jar' is damaged: its module-info.class cannot be read ("),
                failure);
    }

    @Test
    void refusesAFolderThatMayNotBeRead() throws IOException {
        Path folder = Files.createDirectory(at("foo"));
        Files.setPosixFilePermissions(folder, Set.of());
        try {
            assumeFalse(Files.isReadable(folder), "this user may read everything");
            assertEquals(
                    "PLG-007 Plug-in folder 'foo' cannot be read: permission denied. Allow it, or"
                            + " remove the folder.",
                    failureOf("foo"));
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
