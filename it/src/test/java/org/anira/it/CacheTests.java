package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command that shows and clears what can be made again. */
class CacheTests {

    @TempDir private Path folder;

    @BeforeEach
    void fill() throws IOException {
        Files.createDirectories(cache().resolve("compiled/key"));
        Files.write(cache().resolve("compiled/key/forward.so"), new byte[3000]);
        Files.createDirectories(cache().resolve("djl"));
        Files.write(cache().resolve("djl/native"), new byte[50]);
    }

    private Path cache() {
        return folder.resolve("cache/anira");
    }

    private App app() {
        return App.in(folder).with("XDG_CACHE_HOME", folder.resolve("cache").toString());
    }

    @Test
    void showsEachEntryWithItsSize() {
        JsonNode shown = Documents.of(app().succeed("cache", "--json").output());
        assertAll(
                () -> assertEquals(cache().toString(), shown.get("folder").asString()),
                () -> assertEquals(3000, shown.get("bytes").get("compiled").asLong()),
                () -> assertEquals(50, shown.get("bytes").get("djl").asLong()));
    }

    @Test
    void clearsWhatIsNamedAndNothingElse() {
        app().succeed("cache", "--clear", "compiled");
        assertTrue(Files.notExists(cache().resolve("compiled")));
        assertTrue(Files.exists(cache().resolve("djl/native")));
    }

    @Test
    void clearsAll() {
        app().succeed("cache", "--clear");
        assertEquals(List.of(), Folder.names(cache()));
    }

    @Test
    void refusesWhatIsNotThereAndDeletesNothing() {
        Child child = app().run("cache", "--clear", "compiled", "../elsewhere");
        assertEquals(2, child.exit());
        assertTrue(
                child.errors().startsWith("CFG-007  The cache in '%s'".formatted(cache())),
                child::errors);
        assertTrue(Files.exists(cache().resolve("compiled/key/forward.so")));
    }
}
