package org.anira.runtime.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What provenance tells of plug-ins, however it was written. */
class UsedPluginTests {

    private static final String HASH = "9f86d081884c7d65";

    private static Map<String, Object> noted(String id, String kind, String... names) {
        return names.length == 0
                ? Map.of("id", id, "provides", Map.of(kind, List.of("some.Provider")))
                : Map.of(
                        "id",
                        id,
                        "provides",
                        Map.of(kind, List.of("some.Provider")),
                        "names",
                        Stream.of(names).map(name -> Map.of("kind", kind, "name", name)).toList());
    }

    private static Optional<String> providing(String name, Object... plugins) {
        return UsedPlugin.providing(Arrays.asList(plugins), "halting", name).map(UsedPlugin::id);
    }

    @Test
    void theOneThatProvidedTheNameIsFound() {
        assertEquals(
                Optional.of("b"),
                providing("stop", noted("a", "halting", "go"), noted("b", "halting", "stop")));
    }

    @Test
    void whereNamesWereNotNotedTheOnlyOneOfTheKindIsIt() {
        assertEquals(
                Optional.of("b"), providing("stop", noted("a", "task"), noted("b", "halting")));
    }

    @Test
    void whereNamesWereNotNotedTwoOfAKindAreNotToldApart() {
        assertEquals(
                Optional.empty(), providing("stop", noted("a", "halting"), noted("b", "halting")));
    }

    @Test
    void whatIsNoPluginIsPassedOver() {
        assertEquals(
                Optional.of("b"),
                providing(
                        "stop",
                        null,
                        "text",
                        Map.of("id", 3),
                        Map.of("names", Map.of("halting", "stop")),
                        noted("b", "halting", "stop")));
    }

    @Test
    void inWordsItHasFileAndTheBeginningOfItsHash() {
        assertEquals(
                "'a' 1.2 (a.jar, SHA-256 9f86d081884c…)",
                UsedPlugin.of(
                                Map.of(
                                        "id",
                                        "a",
                                        "version",
                                        "1.2",
                                        "path",
                                        "/x/a.jar",
                                        "sha256",
                                        HASH))
                        .toString());
        assertEquals("'a'", UsedPlugin.of(Map.of("id", "a")).toString());
    }

    @Test
    void ofAnotherJarTheHashAloneIsKnown() {
        UsedPlugin plugin = UsedPlugin.of(Map.of("id", "a", "version", "1.2", "sha256", HASH));

        assertEquals(plugin, plugin.withHash(HASH));
        assertEquals(Map.of("id", "a", "sha256", "00"), plugin.withHash("00").map());
    }
}
