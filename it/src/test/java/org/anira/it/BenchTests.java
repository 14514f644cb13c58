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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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

    @Test
    void aProfileDividesTheTimeOfAStep() {
        JsonNode document =
                Documents.of(app.succeed(bench("--backend=torch", "--profile", "--json")).output());

        // The second form of torch is compiled, for which the build that comes along has no Python.
        assertEquals(
                List.of("djl", "torch", "torch"),
                Documents.texts(document.get("backends"), "name"));
        for (JsonNode backend : document.get("backends")) {
            for (JsonNode row : backend.get("rows")) {
                JsonNode profile = row.get("profile");
                double sum = profile.get("rest_seconds_per_step").asDouble();
                assertTrue(sum > 0, profile::toString);
                Map<String, Double> calls = new HashMap<>();
                for (JsonNode entry : profile.get("entries")) {
                    sum += entry.get("seconds_per_step").asDouble();
                    calls.put(
                            entry.get("category").asString() + " " + entry.get("name").asString(),
                            entry.get("calls_per_step").asDouble());
                }
                assertEquals(profile.get("seconds_per_step").asDouble(), sum, 1e-9);
                // Prelude, coda and as many steps as some token takes; a layer has seven maps.
                double layers = calls.get("attention attention");
                assertTrue(3 <= layers && layers <= 8, profile::toString);
                assertTrue(calls.get("product linear") >= 7 * layers, profile::toString);
                boolean training = row.get("pass").asString().equals("training");
                assertEquals(training ? 1.0 : null, calls.get("backward backward"));
                assertEquals(training ? 1.0 : null, calls.get("optimizer adamW"));
            }
        }
    }

    @Test
    void aBackendThatDoesNotMeasureIsSaidSo() {
        String[] words = bench("--profile");
        words[1] = "--backend=onnx";
        String output = app.succeed(words).output();

        assertTrue(
                output.contains(
                        "onnx, forward, dense: not measured: the backend does not say where the"
                                + " time goes\n"),
                output);
    }

    /** One that can compile its programs, if PIECES says so. It computes nothing. */
    private String[] pieces(String... more) {
        new PluginJar(
                        Map.of(
                                "module-info.java",
                                """
                                @org.anira.api.AniraPlugin(id = "pieces", api = "0.1")
                                module org.example.pieces {
                                    requires org.anira.api;
                                    provides org.anira.api.tensor.BackendProvider with org.example.pieces.Pieces;
                                }
                                """,
                                "org/example/pieces/Pieces.java",
                                """
                                package org.example.pieces;

                                import java.lang.reflect.Proxy;
                                import java.util.*;
                                import org.anira.api.*;
                                import org.anira.api.tensor.*;

                                /** Answers at once. */
                                public final class Pieces implements BackendProvider {
                                    /** Makes one. */
                                    public Pieces() {}
                                    @Override public String name() { return "pieces"; }
                                    @Override public String summary() { return "Compiles"; }
                                    @Override public Set<Capability> capabilities() { return Set.of(); }
                                    @Override public List<Option> options() {
                                        return List.of(Option.choice("compile", "auto",
                                                List.of("auto", "off", "require"), "Whether to compile"));
                                    }
                                    @Override public Probe probe(Settings settings) { return new Probe(true, "here"); }
                                    @Override public Session open(Settings settings) {
                                        String form = settings.text("compile");
                                        if (form.equals("require") && System.getenv("PIECES") == null) {
                                            throw new BackendException("BKD-001", "no compiler.");
                                        }
                                        return fake(Session.class, form);
                                    }
                                    private static <T> T fake(Class<T> type, String form) {
                                        return type.cast(Proxy.newProxyInstance(
                                                Pieces.class.getClassLoader(), new Class<?>[] {type},
                                                (self, method, words) -> switch (method.getName()) {
                                                    case "info" -> new Session.Info(form, "cpu", 1);
                                                    case "scope" -> fake(Scope.class, form);
                                                    case "tensor" -> fake(Tensor.class, form);
                                                    case "compile" -> fake(Executable.class, form);
                                                    case "run" -> Collections.nCopies(3, fake(Tensor.class, form));
                                                    case "integers" -> new int[0];
                                                    case "stopProfile" -> Optional.of(new Profile(List.of(
                                                            new Profile.Entry(Profile.Category.COMPILED, form, 5, 0))));
                                                    case "hashCode" -> 1;
                                                    case "equals" -> self == words[0];
                                                    default -> null;
                                                }));
                                    }
                                }
                                """),
                        "1.0")
                .write(folder.resolve("more/pieces.jar"));
        String[] words = bench(more);
        words[1] = "--backend=pieces";
        return Stream.concat(Stream.of(words), Stream.of("--plugins=more")).toArray(String[]::new);
    }

    @Test
    void aBackendThatCompilesIsMeasuredWithoutAndWithThat() {
        JsonNode backends =
                Documents.of(
                                app.with("PIECES", "there")
                                        .succeed(pieces("--profile", "--json"))
                                        .output())
                        .get("backends");

        assertEquals(List.of("pieces", "pieces"), Documents.texts(backends, "name"));
        assertEquals(List.of("off", "require"), Documents.texts(backends, "library"));
        for (JsonNode backend : backends) {
            String form = backend.get("library").asString();
            assertEquals(form, backend.get("options").get("compile").asString());
            for (JsonNode row : backend.get("rows")) {
                assertEquals(form.equals("require"), row.has("over_eager"), row::toString);
                assertTrue(row.get("first_step_seconds").asDouble() > 0, row::toString);
                JsonNode entry = row.get("profile").get("entries").get(0);
                assertEquals("compiled", entry.get("category").asString());
                assertEquals(form, entry.get("name").asString());
            }
        }
    }

    @Test
    void whatCannotBeCompiledIsALineBesideTheOther() {
        String output = app.succeed(pieces()).output();

        assertTrue(output.contains("pieces compile=off  forward  dense"), output);
        assertTrue(output.contains("pieces compile=off: off on cpu, threads 1\n"), output);
        assertTrue(
                output.contains("pieces compile=require: not measured: BKD-001 no compiler.\n"),
                output);
    }
}
