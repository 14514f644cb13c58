package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.ApiVersion;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Each way in which a jar can be no plug-in for this host, and what is said of it. */
class PluginChecksTests extends PluginDirectory {

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
        assertTrue(descriptor.requires().contains("org.anira.api"));
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
}
