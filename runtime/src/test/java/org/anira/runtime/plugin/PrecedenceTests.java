package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/** Which of two plug-ins counts when they provide the same. */
class PrecedenceTests extends PluginDirectory {

    private static List<String> standings(PluginRegistry registry) {
        return registry.services(Kind.HALTING).stream()
                .map(service -> service.plugin().id() + " " + service.standing())
                .toList();
    }

    @Test
    void theHigherRankingWinsOverTheHigherVersion() {
        FakePlugin.of("a", "same")
                .mark("api = \"0.1\", ranking = 1")
                .version("1.0")
                .write(at("a.jar"));
        FakePlugin.of("b", "same").version("9.0").write(at("b.jar"));
        PluginRegistry registry = open();
        assertEquals("a", halting(registry, "same").summary());
        assertEquals(List.of("a SELECTED", "b SHADOWED"), standings(registry));
    }

    @Test
    void versionsOfDifferentPluginsSayNothingOfEachOther() {
        FakePlugin.of("a", "same").version("0.1").write(at("a.jar"));
        FakePlugin.of("b", "same").version("1.0").write(at("b/b.jar"));
        FakePlugin.of("c", "other").write(at("c.jar"));
        PluginRegistry registry = open();
        assertEquals(
                "PLG-004 'same' is provided twice with ranking 0: b and a.jar.\n"
                        + "Remove one, or give one a higher ranking.",
                refusal(() -> registry.find(Kind.HALTING, "same")));
        assertEquals(List.of("c SELECTED", "b CONFLICTING", "a CONFLICTING"), standings(registry));
        assertEquals("c", halting(registry, "other").summary());
    }

    @Test
    void twoThatAreShadowedAlikeAreNoConflict() {
        FakePlugin.of("a", "same").write(at("a.jar"));
        FakePlugin.of("b", "same").write(at("b.jar"));
        FakePlugin.of("c", "same").mark("api = \"0.1\", ranking = 1").write(at("c.jar"));
        PluginRegistry registry = open();
        assertEquals("c", halting(registry, "same").summary());
        assertEquals(List.of("c SELECTED", "a SHADOWED", "b SHADOWED"), standings(registry));
    }

    @Test
    void aSnapshotTellsWhatIsShadowedAndBywhom() {
        FakePlugin.of("a", "same").write(at("a.jar"));
        FakePlugin.of("b", "same").mark("api = \"0.1\", ranking = 1").write(at("b.jar"));
        PluginRegistry registry = open();
        registry.startAll();
        PluginSnapshot.Name shadowed = registry.snapshot().getFirst().names().getFirst();
        assertEquals(Service.Standing.SHADOWED, shadowed.standing());
        assertEquals(
                Optional.of(
                        "The halting mechanism 'same' of plugin 'a' is shadowed: that of plugin"
                                + " 'b', '%s', has ranking 1, it has 0.".formatted(at("b.jar"))),
                shadowed.reason());
        PluginSnapshot.Name selected = registry.snapshot().getLast().names().getFirst();
        assertEquals(Service.Standing.SELECTED, selected.standing());
        assertEquals(
                List.of(new PluginSnapshot.Rival("a", Optional.of("1.0"), 0, at("a.jar"))),
                selected.rivals());
    }

    @Test
    void theSameIdAndVersionTwiceIsUnusableWhateverTheyProvide() {
        FakePlugin.of("a", "one").write(at("a.jar"));
        FakePlugin.of("a", "other").write(at("b.jar"));
        PluginRegistry registry = open();
        assertEquals(List.of("a CONFLICTING", "a CONFLICTING"), standings(registry));
        assertEquals(
                "PLG-004 'a' is provided twice with ranking 0 and version 1.0: a.jar and b.jar.\n"
                        + "Remove one, or give one a higher ranking.",
                refusal(() -> registry.find(Kind.HALTING, "one")));
    }

    @Test
    void theNewerOfTwoWithOneIdReplacesTheOther() {
        FakePlugin.of("a", "same").version("1.0").summary("\"old\"").write(at("old.jar"));
        FakePlugin.of("a", "same").version("1.1").summary("\"new\"").write(at("young.jar"));
        PluginRegistry registry = open();
        assertEquals("new", halting(registry, "same").summary());
        assertEquals(List.of("a SELECTED"), standings(registry));
        PluginSnapshot old = registry.snapshot().getFirst();
        assertEquals(PluginState.INSTALLED, old.state());
        assertEquals(
                List.of(new PluginSnapshot.Rival("a", Optional.of("1.0"), 0, at("old.jar"))),
                registry.snapshot().getLast().replaces());
        assertEquals(List.of(registry.plugins().getFirst()), registry.setAside());
        assertEquals(
                Optional.of(
                        ("Plugin 'a' is set aside: '%s' has the same id and a higher ranking"
                                        + " or version.")
                                .formatted(at("young.jar"))),
                old.reason());
    }

    @Test
    void aPluginIsNotReplacedByOneThatFails() {
        FakePlugin.of("a", "same").version("1.0").write(at("old.jar"));
        FakePlugin.of("a", "same")
                .version("1.1")
                .constructor("throw new IllegalStateException();")
                .write(at("young.jar"));
        PluginRegistry registry = open();
        assertEquals("a", halting(registry, "same").summary());
        assertEquals(
                "PLG-005 Plugin 'a' failed to start: illegal state",
                registry.snapshot().get(1).code().orElseThrow()
                        + " "
                        + registry.snapshot().get(1).reason().orElseThrow());
    }

    @Test
    void theSameIdAndVersionTwiceIsSaidInListsAndAnErrorWhenAskedFor() {
        FakePlugin.of("a", "same").write(at("one.jar"));
        FakePlugin.of("a", "same").write(at("two.jar"));
        PluginRegistry registry = open();
        String twice =
                "PLG-004 '%s' is provided twice with ranking 0 and version 1.0: one.jar and"
                        + " two.jar.\n"
                        + "Remove one, or give one a higher ranking.";
        assertEquals(Optional.of("PLG-004"), registry.snapshot().getFirst().code());
        assertEquals(twice.formatted("same"), refusal(() -> registry.find(Kind.HALTING, "same")));
        assertEquals(twice.formatted("a"), refusal(() -> registry.stop("a")));
    }

    @Test
    void refusesTwoProvidersOfOneNameInOnePlugin() {
        FakePlugin plugin = FakePlugin.of("a", "same");
        JarMaker.of(plugin.module())
                .moduleInfo(
                        "@org.anira.api.AniraPlugin(id = \"a\", api = \"0.1\")",
                        "requires org.anira.api; provides org.anira.api.halting.HaltingProvider"
                                + " with fake.a.One, fake.a.Two;")
                .source("fake.a.One", plugin.provider("One"))
                .source("fake.a.Two", plugin.provider("Two"))
                .write(at("a.jar"));
        PluginRegistry registry = open();
        registry.services(Kind.HALTING);
        assertEquals(
                "PLG-004 Plugin 'a' provides two halting mechanisms named 'same'. Change the name()"
                        + " of one.",
                failure(registry, "a"));
    }

    @Test
    void aModuleWithoutAVersionIsTheOldest() {
        FakePlugin plugin = FakePlugin.of("a", "same");
        JarMaker.of(plugin.module())
                .moduleInfo(
                        "@org.anira.api.AniraPlugin(id = \"a\", api = \"0.1\")",
                        "requires org.anira.api; provides org.anira.api.halting.HaltingProvider"
                                + " with fake.a.One;")
                .source("fake.a.One", plugin.provider("One"))
                .write(at("a.jar"));
        FakePlugin.of("a", "same").summary("\"b\"").version("0.0.1").write(at("b.jar"));
        PluginRegistry registry = open();
        assertEquals("b", halting(registry, "same").summary());
        assertTrue(registry.plugins().getFirst().descriptor().orElseThrow().version().isEmpty());
    }
}
