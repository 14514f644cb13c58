package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.AniraPlugin;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How the jars of one plug-in become modules, apart from those of all others. */
class PluginLayerTests extends PluginDirectory {

    private JarMaker library(String version, boolean descriptor) {
        JarMaker maker =
                JarMaker.of("org.library")
                        .source(
                                "org.library.Library",
                                ("package org.library; public class Library { public static"
                                                + " String version() { return \"%s\"; } }")
                                        .formatted(version));
        return descriptor
                ? maker.moduleInfo("", "exports org.library;")
                : maker.manifest("Automatic-Module-Name", "org.library");
    }

    private void writeWithLibrary(String id, String version, boolean descriptor) {
        Path library = library(version, descriptor).write(at(id + "/library.jar"));
        FakePlugin.of(id, id)
                .requires("requires org.library;")
                .summary("org.library.Library.version()")
                .maker()
                .sees(library)
                .write(at(id + "/plugin.jar"));
    }

    @Test
    void twoPluginsMayHaveTwoVersionsOfALibrary() {
        writeWithLibrary("a", "1.0", true);
        writeWithLibrary("b", "2.0", true);
        writeWithLibrary("c", "3.0", false);
        PluginRegistry registry = open();
        assertEquals("1.0", halting(registry, "a").summary());
        assertEquals("2.0", halting(registry, "b").summary());
        assertEquals("3.0", halting(registry, "c").summary());
    }

    @Test
    void anAutomaticLibraryMayReadAnotherThatNobodyRequires() {
        Path library = library("1.0", true).write(at("a/library.jar"));
        Path user =
                JarMaker.of("org.user")
                        .sees(library)
                        .manifest("Automatic-Module-Name", "org.user")
                        .source(
                                "org.user.User",
                                "package org.user; public class User { public static String use() {"
                                        + " return org.library.Library.version(); } }")
                        .write(at("a/user.jar"));
        FakePlugin.of("a", "a")
                .requires("requires org.user;")
                .summary("org.user.User.use()")
                .maker()
                .sees(user)
                .write(at("a/plugin.jar"));
        assertEquals("1.0", halting(open(), "a").summary());
    }

    private void writeWithJackson(boolean descriptor) {
        String host = "tools.jackson.databind";
        assertTrue(PluginRegistry.class.getModule().getLayer().findModule(host).isPresent());
        JarMaker maker =
                JarMaker.of(host)
                        .source(
                                "tools.jackson.databind.ObjectMapper",
                                "package tools.jackson.databind; public class ObjectMapper { public"
                                        + " static String whose() { return \"mine\"; } }");
        Path library =
                (descriptor
                                ? maker.moduleInfo("", "exports tools.jackson.databind;")
                                : maker.manifest("Automatic-Module-Name", host))
                        .write(at("a/jackson.jar"));
        FakePlugin.of("a", "a")
                .requires("requires " + host + ";")
                .summary("tools.jackson.databind.ObjectMapper.whose()")
                .maker()
                .sees(library)
                .write(at("a/plugin.jar"));
    }

    @Test
    void aLibraryMayBeAnotherVersionOfOneOfTheHost() {
        writeWithJackson(true);
        assertEquals("mine", halting(open(), "a").summary());
    }

    @Test
    void refusesALibraryOfTheHostBesideAJarThatWouldSeeBoth() {
        writeWithJackson(false);
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-007 Plugin 'a' brings module 'tools.jackson.databind', which the host has too,"
                    + " and 'a/jackson.jar' would see both since it has no module descriptor. Use a"
                    + " jar of it that has one, or rename the packages of the first.",
                failure(registry, "a"));
    }

    @Test
    void aJarWhoseModuleNameIsIllegalIsFoundThroughTheParentLoader() {
        JarMaker.of("native")
                .manifest("Automatic-Module-Name", "library.native-1.cpu")
                .resource("natives/answer.txt", "42")
                .write(at("a/natives.jar"));
        Path library =
                JarMaker.of("org.loader")
                        .manifest("Automatic-Module-Name", "org.loader")
                        .source(
                                "org.loader.Loader",
                                """
                                package org.loader;
                                public class Loader {
                                    public static String load() {
                                        var loader = Thread.currentThread().getContextClassLoader();
                                        try (var in = loader.getResourceAsStream("natives/answer.txt")) {
                                            return new String(in.readAllBytes());
                                        } catch (java.io.IOException e) {
                                            throw new java.io.UncheckedIOException(e);
                                        }
                                    }
                                }
                                """)
                        .write(at("a/loader.jar"));
        FakePlugin.of("a", "a")
                .requires("requires org.loader;")
                .summary("org.loader.Loader.load()")
                .maker()
                .sees(library)
                .write(at("a/plugin.jar"));
        assertEquals("42", halting(open(), "a").summary());
    }

    @Test
    void refusesALibraryWhoseOwnRequirementIsMissing() throws IOException {
        Path deep =
                JarMaker.of("org.deep")
                        .moduleInfo("", "exports org.deep;")
                        .source("org.deep.Deep", "package org.deep; public class Deep {}")
                        .write(at("a/deep.jar"));
        Path library =
                library("1.0", true)
                        .moduleInfo("", "requires org.deep; exports org.library;")
                        .sees(deep)
                        .write(at("a/library.jar"));
        FakePlugin.of("a", "a")
                .requires("requires org.library;")
                .maker()
                .sees(library)
                .sees(deep)
                .write(at("a/plugin.jar"));
        Files.delete(deep);
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-006 Plugin 'a' needs Java module 'org.deep' (for 'org.library'), which is in"
                        + " none of: its folder, the host. Put its jar beside the plug-in's, in a"
                        + " folder 'plugins/a/'. Beside it in 'a' are now: 'library.jar' with"
                        + " module 'org.library'.",
                failure(registry, "a"));
    }

    @Test
    void refusesAModuleThatIsThereTwice() {
        writeWithLibrary("a", "1.0", true);
        library("2.0", true).write(at("a/library-2.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-007 Plugin 'a' has module 'org.library' twice: 'a/library-2.jar' and"
                        + " 'a/library.jar'. Remove one.",
                failure(registry, "a"));
    }

    @Test
    void refusesAPluginWithItsOwnCopyOfTheApi() throws Exception {
        FakePlugin.of("a", "a").write(at("a/plugin.jar"));
        JarMaker.of("org.anira.api")
                .manifest("Automatic-Module-Name", AniraPlugin.class.getModule().getName())
                .resource("org/anira/api/Names.txt", "")
                .write(at("a/api.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-007 Plugin 'a' brings its own copy of org.anira.api: 'a/api.jar'. Remove that"
                        + " jar; the host has the module.",
                failure(registry, "a"));
    }

    @Test
    void refusesAPackageThatIsInTwoModules() {
        writeWithLibrary("a", "1.0", true);
        JarMaker.of("org.split")
                .moduleInfo("", "exports org.library;")
                .source("org.library.Other", "package org.library; public class Other {}")
                .write(at("a/split.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertTrue(
                failure(registry, "a").startsWith("PLG-005 Plugin 'a' failed to start: "),
                failure(registry, "a"));
        assertTrue(failure(registry, "a").contains("org.library"), failure(registry, "a"));
    }

    @Test
    void aPluginSeesNeitherTheClassPathNorAnotherPlugin() {
        FakePlugin.of("b", "b").write(at("b.jar"));
        FakePlugin.of("a", "a")
                .summary("find(\"fake.b.FakeProvider\") + find(\"org.junit.jupiter.api.Test\")")
                .maker()
                .source(
                        "fake.a.FakeProvider",
                        FakePlugin.of("a", "a")
                                .summary(
                                        "find(\"fake.b.FakeProvider\") +"
                                                + " find(\"org.junit.jupiter.api.Test\")")
                                .provider("FakeProvider")
                                .replaceFirst(
                                        "\\{",
                                        """
                                        {
                                            static String find(String type) {
                                                try {
                                                    return Class.forName(type).getName();
                                                } catch (ClassNotFoundException e) {
                                                    return "no ";
                                                }
                                            }
                                        """))
                .write(at("a.jar"));
        assertEquals("no no ", halting(open(), "a").summary());
    }
}
