package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.PluginException;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.halting.HaltingProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** What happens when the code of a plug-in first runs, and when its providers are called. */
class PluginStartTests extends PluginDirectory {

    @Test
    void findsAProviderByKindAndName() {
        FakePlugin.of("foo", "my-halting").write(at("foo.jar"));
        PluginRegistry registry = open();
        Service<HaltingProvider> service = registry.find(Kind.HALTING, "my-halting");
        assertEquals("my-halting", service.provider().name());
        assertEquals("foo", service.provider().summary());
        assertEquals(Service.Standing.SELECTED, service.standing());
        assertEquals(PluginState.ACTIVE, service.plugin().state());
        assertEquals(List.of(), registry.services(Kind.TASK));
    }

    @Test
    void keepsThePluginInALayerOfItsOwn() {
        FakePlugin.of("foo", "foo")
                .summary(
                        "getClass().getModule().getDescriptor().toNameAndVersion() + \" \" +"
                                + " (getClass().getModule().getLayer() == ModuleLayer.boot())")
                .write(at("foo.jar"));
        assertEquals("fake.foo@1.0 false", halting(open(), "foo").summary());
    }

    @Test
    void leavesPluginsOfOtherKindsAlone() {
        FakePlugin.of("foo", "foo").write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.TASK);
        assertEquals(PluginState.INSTALLED, registry.plugins().getFirst().state());
    }

    @Test
    void namesTheNearestAndAllOthersWhenANameIsUnknown() {
        FakePlugin.of("foo", "anira-o").write(at("foo.jar"));
        FakePlugin.of("bar", "fixed").write(at("bar.jar"));
        PluginRegistry registry = open();
        assertEquals(
                "PLG-001 Unknown halting mechanism 'anira-on'. Did you mean 'anira-o'?\n"
                        + "Available: anira-o, fixed. More: anira list halting",
                refusal(() -> registry.find(Kind.HALTING, "anira-on")));
        assertEquals(
                "PLG-001 Unknown backend 'gpu'.\nAvailable: none. More: anira list backends",
                refusal(() -> registry.find(Kind.BACKEND, "gpu")));
    }

    @Test
    void quotesFailedPluginsThatMayHaveHeldAnUnknownName() {
        FakePlugin.of("foo", "foo").mark("api = \"1.0\"").write(at("foo.jar"));
        PluginRegistry registry = open();
        assertEquals(
                "PLG-001 Unknown halting mechanism 'late'.\n"
                    + "Available: none. More: anira list halting\n"
                    + "It may be in a plugin that failed: PLG-003 Plugin 'foo' 1.0 was built for"
                    + " API 1.0, but API 0.1 is running.\n"
                    + "Use a plugin for API 0.x up to 0.1, or a newer anira.",
                refusal(() -> registry.find(Kind.HALTING, "late")));
    }

    @Test
    void givesTheReasonOfAFailedPluginThatIsAskedForById() {
        FakePlugin.of("foo", "foo")
                .constructor("throw new IllegalStateException(\"no luck\");")
                .write(at("foo.jar"));
        PluginRegistry registry = open();
        assertEquals(
                "PLG-005 Plugin 'foo' failed to start: illegal state: no luck",
                refusal(() -> registry.find(Kind.HALTING, "foo")));
    }

    @Test
    void keepsTheCauseOfAConstructorThatThrows() {
        FakePlugin.of("foo", "foo")
                .constructor("throw new IllegalStateException(\"no luck\");")
                .write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-005 Plugin 'foo' failed to start: illegal state: no luck",
                failure(registry, "foo"));
        Throwable cause = registry.plugins().getFirst().reason().orElseThrow().getCause();
        assertInstanceOf(IllegalStateException.class, cause.getCause());
    }

    @Test
    void survivesALinkageErrorInAConstructor() {
        FakePlugin.of("foo", "foo")
                .constructor("throw new NoSuchMethodError(\"gone\");")
                .write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-005 Plugin 'foo' failed to start: no such method: gone",
                failure(registry, "foo"));
    }

    @Test
    void whatAProviderToldAtTheStartStands() {
        FakePlugin.of("foo", "foo")
                .summary(
                        """
                        ++asked > 1 ? null : "once";
                        }
                        private static int asked;
                        private static String more() {
                            return ""
                        """)
                .write(at("foo.jar"));
        HaltingProvider provider = halting(open(), "foo");
        assertEquals("once", provider.summary());
        assertEquals("once", provider.summary());
    }

    /** No compiler holds foreign code to what it declares to throw. */
    @Test
    void survivesAnUndeclaredException() {
        FakePlugin.of("foo", "foo")
                .summary(
                        """
                        fail();
                        }
                        @SuppressWarnings("unchecked")
                        private static <T extends Throwable> void raise(Throwable thrown) throws T {
                            throw (T) thrown;
                        }
                        private static String fail() {
                            FakeProvider.<RuntimeException>raise(new java.io.IOException("no luck"));
                            return ""
                        """)
                .write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-005 Plugin 'foo' failed in 'summary' of its halting mechanism: no luck",
                failure(registry, "foo"));
    }

    @Test
    void survivesAnExceptionWithoutALastCause() {
        FakePlugin.of("foo", "foo")
                .summary(
                        """
                        fail();
                        }
                        @SuppressWarnings("serial")
                        private static final class Endless extends RuntimeException {
                            @Override public Throwable getCause() { return new Endless(); }
                        }
                        private static String fail() {
                            if (true) { throw new Endless(); }
                            return ""
                        """)
                .write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertTrue(failure(registry, "foo").contains("endless, because of: endless"));
    }

    @Test
    void refusesANameOfAnotherForm() {
        FakePlugin.of("foo", "My Halting").write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-008 Plugin 'foo' provides a halting mechanism named 'My Halting', which is not"
                        + " of the form [a-z][a-z0-9-]{0,62}. Change its name().",
                failure(registry, "foo"));
    }

    @Test
    void quotesAsMuchOfANameAsCanBeRead() {
        FakePlugin.of("foo", "foo").name("\"a\\n\".repeat(1_000_000)").write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-008 Plugin 'foo' provides a halting mechanism named '"
                        + "a?".repeat(30)
                        + "…', which is not of the form [a-z][a-z0-9-]{0,62}. Change its name().",
                failure(registry, "foo"));
    }

    @Test
    void refusesANameThatIsNull() {
        FakePlugin.of("foo", "foo").name("null").write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-005 Plugin 'foo' failed in 'name' of its halting mechanism: it returned null",
                failure(registry, "foo"));
    }

    @Test
    void refusesASummaryThatIsNull() {
        FakePlugin.of("foo", "foo").summary("null").write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.startAll();
        assertEquals(
                "PLG-005 Plugin 'foo' failed in 'summary' of its halting mechanism: it returned"
                        + " null",
                failure(registry, "foo"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    null                                  | null pointer: it returned null
                    java.util.Arrays.asList(o(), null)    | null pointer: one of its options is null
                    java.util.List.of(o(), o())           | illegal argument: two of its options are named 'o'
                    """)
    void refusesOptionsThatAreNone(String options, String reason) {
        withOptions("return " + options + ";").write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.startAll();
        assertEquals(
                "PLG-005 Plugin 'foo' failed in 'options' of its halting mechanism: " + reason,
                failure(registry, "foo"));
    }

    private static JarMaker withOptions(String body) {
        FakePlugin plugin = FakePlugin.of("foo", "foo");
        return plugin.maker()
                .source(
                        "fake.foo.FakeProvider",
                        plugin.provider("FakeProvider")
                                .replaceFirst(
                                        "\\{",
                                        """
                                        {
                                        private static org.anira.api.Option o() {
                                            return org.anira.api.Option.flag("o", false, "o");
                                        }
                                        @Override public java.util.List<org.anira.api.Option> options() { %s }
                                        """
                                                .formatted(body)));
    }

    @Test
    void blamesThePluginForNull() {
        FakePlugin.of("foo", "foo").create("return null;").write(at("foo.jar"));
        HaltingProvider provider = halting(open(), "foo");
        PluginException thrown =
                assertThrows(
                        PluginException.class,
                        () -> provider.create(8, 4, Settings.defaults(List.of())));
        assertEquals(
                "PLG-005 Plugin 'foo' failed in 'create' of its halting mechanism: it returned"
                        + " null",
                thrown.code() + " " + thrown.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    throw new RuntimeException("out", new IllegalStateException("in"));       | runtime: out, because of: illegal state: in
                    throw new RuntimeException(new IllegalStateException("in"));              | illegal state: in
                    throw new java.util.NoSuchElementException();                             | no such element
                    throw new AssertionError("never");                                        | assertion: never
                    throw new IllegalStateException("two" + (char) 10 + "lines");                           | illegal state: two
                    throw new java.io.UncheckedIOException(new java.nio.file.NoSuchFileException("x")); | no such file or folder
                    Class.forName(Fails.class.getName());                                     | arithmetic: / by zero
                    endless();                                                                | stack overflow
                    throw new Mute();                                                         | mute
                    """)
    void tellsAllCausesOfAConstructorThatThrows(String body, String causes) {
        FakePlugin plugin = FakePlugin.of("foo", "foo");
        plugin.maker()
                .source(
                        "fake.foo.FakeProvider",
                        """
                        package fake.foo;
                        public final class FakeProvider implements org.anira.api.halting.HaltingProvider {
                            static final class Fails { static final int N = 1 / Integer.signum(0); }
                            static final class Mute extends RuntimeException {
                                private static final long serialVersionUID = 1L;
                                @Override public String getMessage() { throw this; }
                            }
                            static void endless() { endless(); }
                            public FakeProvider() throws Exception { if (name() != null) { %s } }
                            @Override public String name() { return "foo"; }
                            @Override public String summary() { return "foo"; }
                            @Override public org.anira.api.halting.HaltingMechanism create(
                                    int width, int maxDepth, org.anira.api.Settings settings) { return null; }
                        }
                        """
                                .formatted(body))
                .write(at("foo.jar"));
        PluginRegistry registry = open();
        registry.startAll();
        assertEquals("PLG-005 Plugin 'foo' failed to start: " + causes, failure(registry, "foo"));
    }

    @Test
    void callsWithTheContextClassLoaderOfThePlugin() {
        FakePlugin plugin =
                FakePlugin.of("foo", "foo")
                        .constructor("if (!inside()) throw new IllegalStateException(\"outside\");")
                        .summary("String.valueOf(inside())");
        String inside =
                "static boolean inside() { return Thread.currentThread().getContextClassLoader()"
                        + " == FakeProvider.class.getClassLoader(); }";
        plugin.maker()
                .source(
                        "fake.foo.FakeProvider",
                        plugin.provider("FakeProvider").replaceFirst("\\{", "{ " + inside))
                .write(at("foo.jar"));
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Service<HaltingProvider> service = open().find(Kind.HALTING, "foo");
        assertEquals("true", service.provider().summary());
        assertSame(before, Thread.currentThread().getContextClassLoader());
        ClassLoader during =
                service.plugin().call(() -> Thread.currentThread().getContextClassLoader());
        assertNotSame(before, during);
        assertSame(before, Thread.currentThread().getContextClassLoader());
    }

    @Test
    void letsTheExceptionsOfTheApiThrough() {
        FakePlugin.of("foo", "foo")
                .create("throw new org.anira.api.SettingsException(\"CFG-003\", \"width\");")
                .write(at("foo.jar"));
        HaltingProvider provider = halting(open(), "foo");
        SettingsException thrown =
                assertThrows(
                        SettingsException.class,
                        () -> provider.create(8, 4, Settings.defaults(List.of())));
        assertEquals("width", thrown.getMessage());
    }

    @Test
    void blamesThePluginForOtherExceptions() {
        FakePlugin.of("foo", "foo")
                .create("return (org.anira.api.halting.HaltingMechanism) (Object) \"\";")
                .write(at("foo.jar"));
        HaltingProvider provider = halting(open(), "foo");
        PluginException thrown =
                assertThrows(
                        PluginException.class,
                        () -> provider.create(8, 4, Settings.defaults(List.of())));
        assertEquals("PLG-005", thrown.code());
        assertTrue(
                thrown.getMessage()
                        .startsWith(
                                "Plugin 'foo' failed in 'create' of its halting mechanism: class"
                                        + " cast: "),
                thrown.getMessage());
        assertInstanceOf(ClassCastException.class, thrown.getCause());
    }
}
