package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** What {@code anira bench} tells; how fast anything is, is not tested. */
class BenchTests {

    @TempDir private Path folder;

    private App app;

    @BeforeEach
    void anEmptyFolder() {
        app = App.in(folder);
    }

    private static String[] bench(String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "bench",
                                "--backend=djl",
                                "--width=64",
                                "--batch=2",
                                "--length=4",
                                "--threads=1",
                                "--rounds=2",
                                "--seconds=0.01"));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    /** Puts a {@code python3} in front of all others. */
    private App withPython(String... lines) throws IOException {
        Path python = Files.createDirectory(folder.resolve("bin")).resolve("python3");
        Files.writeString(python, "#!/bin/bash\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
        return app.with("PATH", python.getParent() + ":/usr/bin:/bin");
    }

    @Test
    void everyPassIsMeasuredInBothForms() {
        JsonNode document = Documents.of(app.succeed(bench("--json")).output());

        assertEquals("anira.bench/1", document.get("schema").asString());
        assertEquals(6, document.get("active_share").size());
        assertEquals(1.6, document.get("ideal_speed_up").asDouble());
        JsonNode backend = document.get("backends").get(0);
        assertTrue(backend.get("usable").asBoolean(), document::toString);
        assertEquals(1, backend.get("threads").asInt());
        JsonNode rows = backend.get("rows");
        assertEquals(
                List.of("training", "training", "forward", "forward"),
                Documents.texts(rows, "pass"));
        assertEquals(
                List.of("dense", "skipping", "dense", "skipping"), Documents.texts(rows, "form"));
        for (JsonNode row : rows) {
            JsonNode rate = row.get("steps_per_second");
            assertTrue(0 < rate.get("least").asDouble(), row::toString);
            assertTrue(
                    rate.get("least").asDouble() <= rate.get("median").asDouble()
                            && rate.get("median").asDouble() <= rate.get("most").asDouble(),
                    row::toString);
            assertEquals(
                    8 * rate.get("median").asDouble(),
                    row.get("tokens_per_second").asDouble(),
                    1e-6);
            assertEquals(row.get("form").asString().equals("skipping"), row.has("over_dense"));
            assertFalse(row.has("over_peer"));
        }
        assertEquals("not asked for: --peer", document.get("peer").asString());
    }

    @Test
    void thePeerTakesTurns() throws IOException {
        App beside =
                withPython(
                        "if [ \"$1\" = -c ]; then echo 'PyTorch 9.9 in Python 3.99'; exit; fi",
                        "echo \"$@\" > said",
                        "while read -r pass seconds; do",
                        "  echo \"$pass $seconds\" >> orders",
                        "  if [ \"$pass\" = training ]; then echo 8 2 2; else echo 20 2 2; fi",
                        "done");
        JsonNode document = Documents.of(beside.succeed(bench("--peer", "--json")).output());

        assertEquals("PyTorch 9.9 in Python 3.99, eager", document.get("peer").asString());
        assertEquals(
                List.of(
                        "training 0.01",
                        "forward 0.01",
                        "training 0.01",
                        "forward 0.01",
                        "training 0.01",
                        "forward 0.01"),
                Files.readAllLines(folder.resolve("orders")));
        assertTrue(
                Files.readString(folder.resolve("said"))
                        .strip()
                        .endsWith(
                                "--width 64 --heads 2 --mlp 256 --depth 6 --vocabulary 64 --batch 2"
                                        + " --length 4 --threads 1 --mode eager --precision float32"
                                        + " --device cpu"));
        for (JsonNode row : document.get("backends").get(0).get("rows")) {
            double peer = row.get("pass").asString().equals("training") ? 4 : 10;
            assertEquals(peer, row.get("peer_steps_per_second").get("median").asDouble());
            assertEquals(
                    row.get("steps_per_second").get("most").asDouble() / peer,
                    row.get("over_peer").get("most").asDouble(),
                    1e-9);
        }
    }

    @Test
    void aPythonWithoutTorchIsNamed() throws IOException {
        App beside =
                withPython("echo \"ModuleNotFoundError: No module named 'torch'\" >&2", "exit 1");
        Child child = beside.succeed(bench("--peer"));

        assertTrue(
                child.output()
                        .contains(
                                "peer: python3 on the PATH cannot use torch: ModuleNotFoundError:"
                                        + " No module named 'torch'\n"),
                child::output);
        assertTrue(child.output().contains("djl: PyTorch "), child::output);
    }

    @Test
    void aPeerThatEndsLeavesItsMessage() throws IOException {
        App beside =
                withPython(
                        "if [ \"$1\" = -c ]; then echo 'PyTorch 9.9 in Python 3.99'; exit; fi",
                        "echo 'out of luck' >&2",
                        "exit 7");
        Child child = beside.run(bench("--peer=compiled"));

        assertAll(
                () -> assertEquals(3, child.exit()),
                () ->
                        assertTrue(
                                child.output()
                                        .contains(
                                                "djl: not measured: the peer's process ended with"
                                                        + " 7: out of luck\n"),
                                child::output));
    }

    @Test
    void optionsReachTheBackend() {
        Child child = app.run(bench("--option", "device=cuda:7"));

        assertAll(
                () -> assertEquals(3, child.exit()),
                () ->
                        assertTrue(
                                child.output()
                                        .contains(
                                                "djl: not measured: BKD-001 Backend 'djl' cannot"
                                                        + " compute on 'cuda:7'"),
                                child::output));
    }

    @Test
    void anOptionThatABackendLacksIsAnError() {
        Child child = app.run(bench("--option", "speed=9"));

        assertAll(
                () -> assertEquals(2, child.exit()),
                () ->
                        assertTrue(
                                child.errors().startsWith("CFG-001  ")
                                        && child.errors().contains("'backend.options.speed'"),
                                child::errors));
    }

    @Test
    void aBackendThatCannotDoItIsALine() {
        Child child = app.run(bench("--precision=bfloat16"));

        assertAll(
                () -> assertEquals(3, child.exit()),
                () ->
                        assertTrue(
                                child.output()
                                        .contains(
                                                "djl: not measured: it does not compute in"
                                                        + " bfloat16\n"),
                                child::output));
    }
}
