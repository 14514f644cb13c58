package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.halting.HaltingProvider;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Plug-ins that come and go while the process runs. */
class PluginLifeCycleTests extends PluginDirectory {

    @Test
    void listenersHearOfEveryChangeInTheirOrder() {
        List<String> heard = new ArrayList<>();
        PluginRegistry registry = open();
        PluginListener second = event -> heard.add("second " + event.after());
        registry.addListener(event ->
                heard.add(
                        "first %s %s→%s"
                                .formatted(
                                        event.plugin().id(),
                                        event.before().map(Object::toString).orElse(""),
                                        event.after())));
        registry.addListener(second);
        registry.install(FakePlugin.of("a", "a").write(at("a.jar")));
        halting(registry, "a");
        registry.removeListener(second);
        registry.stop("a");
        registry.start("a");
        registry.uninstall("a");
        assertEquals(
                List.of(
                        "first a →installed",
                        "second installed",
                        "first a installed→resolved",
                        "second resolved",
                        "first a resolved→active",
                        "second active",
                        "first a active→stopped",
                        "first a stopped→resolved",
                        "first a resolved→active",
                        "first a active→stopped",
                        "first a stopped→uninstalled"),
                heard);
    }

    @Test
    void aFailureIsHeardOf() {
        List<PluginState> heard = new ArrayList<>();
        FakePlugin.of("a", "a")
                .constructor("throw new IllegalStateException();")
                .write(at("a.jar"));
        PluginRegistry registry = open();
        registry.addListener(event -> heard.add(event.after()));
        registry.services(Kind.HALTING);
        assertEquals(List.of(PluginState.RESOLVED, PluginState.FAILED), heard);
    }

    @Test
    void aStoppedPluginIsNotFoundUntilItIsStarted() {
        FakePlugin.of("a", "a").write(at("a.jar"));
        PluginRegistry registry = open();
        HaltingProvider held = halting(registry, "a");
        registry.stop("a");
        assertEquals(
                "PLG-001 Unknown halting mechanism 'a'.\nAvailable: none. More: anira list halting",
                refusal(() -> registry.find(Kind.HALTING, "a")));
        assertEquals(
                "PLG-012 Plugin 'a' is stopped and cannot be used. Start it, or choose another.",
                refusal(held::summary));
        registry.start("a");
        assertEquals("a", halting(registry, "a").name());
    }

    @Test
    void aShadowedServiceTakesOverWhenTheOtherIsStopped() {
        FakePlugin.of("a", "same").write(at("a.jar"));
        FakePlugin.of("b", "same").mark("api = \"0.1\", ranking = 1").write(at("b.jar"));
        PluginRegistry registry = open();
        assertEquals("b", halting(registry, "same").summary());
        registry.stop("b");
        assertEquals("a", halting(registry, "same").summary());
        registry.start("b");
        assertEquals("b", halting(registry, "same").summary());
    }

    @Test
    void aNewVersionCanBeInstalledAfterTheOldIsUninstalled() {
        Path jar = FakePlugin.of("a", "a").summary("\"old\"").write(at("a.jar"));
        PluginRegistry registry = open();
        HaltingProvider old = halting(registry, "a");
        assertEquals("old", old.summary());
        assertEquals(
                "PLG-004 Plugin 'a' is already installed, from 'a.jar'. Uninstall it before"
                        + " installing 'a.jar'.",
                refusal(() -> registry.install(jar)));
        registry.uninstall("a");
        FakePlugin.of("a", "a").summary("\"young\"").version("2.0").write(jar);
        registry.install(jar);
        assertEquals("young", halting(registry, "a").summary());
        assertEquals(
                "PLG-012 Plugin 'a' is uninstalled and cannot be used. Start it, or choose"
                        + " another.",
                refusal(old::summary));
        assertTrue(Files.exists(jar), "uninstalling leaves the file");
    }

    @Test
    void aPluginThatFailedCanBeInstalledAgain() throws IOException {
        Files.createFile(at("a.jar"));
        PluginRegistry registry = open();
        assertEquals("PLG-007 'a.jar' is empty. Copy or build it again.", failure(registry, "a"));
        FakePlugin.of("a", "a").write(at("a.jar"));
        registry.install(at("a.jar"));
        assertEquals("a", halting(registry, "a").name());
        assertEquals(1, registry.plugins().size());
    }

    @Test
    void installingWhatIsNoPluginAddsItAsFailed() {
        PluginRegistry registry = open();
        Plugin plugin = registry.install(at("absent.jar"));
        assertEquals(PluginState.FAILED, plugin.state());
        assertEquals("PLG-007 'absent.jar' does not exist.", failure(registry, "absent"));
        assertEquals(
                "PLG-007 'absent.jar' does not exist.", refusal(() -> registry.start("absent")));
    }

    @Test
    void anUnknownIdIsRefusedWithTheNearest() {
        FakePlugin.of("online", "a").write(at("a.jar"));
        PluginRegistry registry = open();
        assertEquals(
                "PLG-001 Unknown plugin 'onlin'. Did you mean 'online'?\nInstalled: online",
                refusal(() -> registry.stop("onlin")));
    }

    @Test
    void startingAgainMakesNewClasses() {
        FakePlugin.of("a", "a")
                .summary("String.valueOf(System.identityHashCode(getClass()))")
                .write(at("a.jar"));
        PluginRegistry registry = open();
        ClassLoader before = loader(registry, "a");
        registry.stop("a");
        registry.start("a");
        assertNotSame(before, loader(registry, "a"));
    }

    @Test
    void aNativeEngineIsNeitherStoppedNorLoadedTwice() {
        FakePlugin engine =
                FakePlugin.of("engine-once", "engine")
                        .mark("api = \"0.1\", nativeEngine = true")
                        .summary("String.valueOf(getClass().getModule().isNativeAccessEnabled())");
        Path jar = engine.write(at("engine.jar"));
        PluginRegistry registry = open();
        assertEquals("true", halting(registry, "engine").summary());
        String bound =
                "PLG-011 Plugin 'engine-once' has a native engine, which stays until the process"
                        + " ends. Change 'engine.jar' and start a new process.";
        assertEquals(bound, refusal(() -> registry.stop("engine-once")));
        assertEquals(bound, refusal(() -> registry.uninstall("engine-once")));

        PluginRegistry another = open();
        halting(another, "engine");
        assertSame(
                loader(registry, "engine"), loader(another, "engine"), "one loader in the process");

        engine.version("2.0").write(jar);
        PluginRegistry later = open();
        later.services(Kind.HALTING);
        assertEquals(
                "PLG-011 Plugin 'engine-once' has a native engine, and this process has it from"
                        + " other files. Start a new process to use 'engine.jar'.",
                failure(later, "engine-once"));
    }

    @Test
    void aNativeEngineThatWasNotLoadedCanBeUninstalled() {
        FakePlugin.of("engine-idle", "engine")
                .mark("api = \"0.1\", nativeEngine = true")
                .write(at("engine.jar"));
        PluginRegistry registry = open();
        registry.uninstall("engine-idle");
        assertEquals(List.of(), registry.plugins());
    }

    private static ClassLoader loader(PluginRegistry registry, String name) {
        return registry.find(Kind.HALTING, name)
                .plugin()
                .call(() -> Thread.currentThread().getContextClassLoader());
    }
}
