package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Trainings whose programs are compiled, beside the same ones that run eagerly. They need a Python
 * with PyTorch: the environment variable {@code ANIRA_TEST_TORCH} names the folder of its libtorch.
 * What takes many minutes runs with {@code -Danira.slow} only.
 */
class CompiledTrainingTests {

    private static final String TORCH = "ANIRA_TEST_TORCH";

    /** What is compiled once serves all tests, and the next run of them. */
    private static final Path CACHE = Distribution.ROOT.resolve("it/target/compiled");

    /** Relative to the largest element of a gradient. */
    private static final double GRADIENT = 1e-4;

    private static final double LOSS = 1e-5;

    @TempDir private Path folder;

    @BeforeAll
    static void needsATorch() {
        String torch = System.getenv(TORCH);
        if (torch == null) {
            skip("let %s name the folder torch/lib of a Python".formatted(TORCH));
        }
        if (!Files.isDirectory(Path.of(torch))) {
            skip("there is no '%s', which %s names".formatted(torch, TORCH));
        }
        if (!Files.isExecutable(Path.of("/usr/bin/c++"))) {
            skip("there is no C++ compiler in /usr/bin");
        }
    }

    private static void skip(String reason) {
        System.out.println("CompiledTrainingTests are skipped: " + reason);
        Assumptions.abort(reason);
    }

    private App app() {
        return App.in(folder)
                .with("ANIRA_TORCH", System.getenv(TORCH))
                .with("XDG_CACHE_HOME", CACHE.toString())
                .withJava("--illegal-native-access=deny");
    }

    private static String[] training(List<String> settings, String... more) {
        List<String> words = new ArrayList<>(settings.subList(1, settings.size()));
        words.addAll(
                List.of(
                        "--backend",
                        "torch",
                        "training.steps=3",
                        "training.checkpoint-every=1",
                        "training.keep-checkpoints=0",
                        "training.log-every=1",
                        "training.knob-from=0"));
        words.addAll(List.of(more));
        return Tiny.command("train", settings.getFirst(), words.toArray(String[]::new));
    }

    private static final Map<String, List<String>> QUICK =
            Map.of(
                    "skipping, ANIRA-O",
                    List.of("quickstart-anira-o", "training.execution=skipping"));

    private static final Map<String, List<String>> SLOW = new LinkedHashMap<>();

    static {
        SLOW.put("dense, ANIRA-O", List.of("quickstart-anira-o", "training.execution=dense"));
        SLOW.put(
                "packed, accumulated, ANIRA-E",
                List.of(
                        "quickstart-anira-e",
                        "training.execution=skipping",
                        "training.layout=packed",
                        "training.micro-batch=2"));
        SLOW.put(
                "untied, no injection, ANIRA-E",
                List.of(
                        "quickstart-anira-e",
                        "model.tied=false",
                        "model.injection=none",
                        "training.execution=skipping"));
        SLOW.put(
                "untied, concat, dense",
                List.of(
                        "quickstart-anira-o",
                        "model.tied=false",
                        "model.injection=concat",
                        "training.execution=dense"));
        SLOW.put(
                "two layers, neither prelude nor coda",
                List.of(
                        "quickstart-anira-o",
                        "model.recurrent=2",
                        "model.injection=concat",
                        "model.prelude=0",
                        "model.coda=0",
                        "training.execution=skipping"));
        SLOW.put(
                "depth 1",
                List.of("quickstart-anira-o", "model.max-depth=1", "training.execution=dense"));
        SLOW.put(
                "depth 2",
                List.of("quickstart-anira-o", "model.max-depth=2", "training.execution=skipping"));
        SLOW.put("fixed depth", List.of("mano-fixed", "training.execution=dense", "model.heads=2"));
        SLOW.put("no recurrence", List.of("mano-nonrecurrent", "model.heads=2"));
    }

    static Stream<String> models() {
        return Stream.concat(
                QUICK.keySet().stream(),
                System.getProperty("anira.slow") == null ? Stream.empty() : SLOW.keySet().stream());
    }

    private static List<String> settings(String model) {
        return QUICK.getOrDefault(model, SLOW.get(model));
    }

    @ParameterizedTest
    @MethodSource("models")
    void losesAndLearnsAsEagerly(String model) {
        for (String compile : List.of("off", "require")) {
            app().succeed(
                            training(
                                    settings(model),
                                    "backend.options.compile=" + compile,
                                    "--out",
                                    compile));
        }
        assertEquals(List.of("eager"), forms("off"));
        assertEquals(List.of("compiled"), forms("require"));
        List<Double> eager = losses("off");
        List<Double> compiled = losses("require");
        assertEquals(3, eager.size());
        for (int i = 0; i < eager.size(); i++) {
            assertEquals(eager.get(i), compiled.get(i), LOSS * eager.get(i), "step " + (i + 1));
        }
        SavedTensors one = moments("off");
        SavedTensors other = moments("require");
        assertTrue(one.header().has("first.embedding"), one.header()::toString);
        for (String name : one.header().propertyNames()) {
            // After one step the first moment is the gradient, but for a factor.
            if (name.startsWith("first.")) {
                assertNear(name, one.get(name).values(), other.get(name).values());
            }
        }
    }

    private static void assertNear(String name, float[] expected, float[] found) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(expected[i] - found[i]));
        }
        assertTrue(
                difference <= GRADIENT * largest,
                "%s differs by %s of %s".formatted(name, difference, largest));
    }

    private SavedTensors moments(String run) {
        return SavedTensors.read(
                folder.resolve(run).resolve("checkpoints/0000000001/optimizer.safetensors"));
    }

    private List<Double> losses(String run) {
        return Documents.lines(folder.resolve(run).resolve("metrics.jsonl")).stream()
                .filter(line -> line.get("split").asString().equals("train"))
                .map(line -> line.get("cross_entropy").asDouble())
                .toList();
    }

    /** Returns in which forms the checkpoints of a run say that it computes. */
    private List<String> forms(String run) {
        Path checkpoints = folder.resolve(run).resolve("checkpoints");
        return Folder.names(checkpoints).stream()
                .map(step -> Documents.of(checkpoints.resolve(step).resolve("state.json")))
                .map(state -> state.get("state").get("form").asString())
                .distinct()
                .toList();
    }

    private static final String LAST = "checkpoints/0000000003";

    private static final List<String> MODEL = QUICK.get("skipping, ANIRA-O");

    /** A run goes on in the form in which it began, with the same numbers, or not at all. */
    @Test
    void goesOnCompiled() {
        app().succeed(training(MODEL, "--out", "whole"));
        Path whole = folder.resolve("whole");
        for (String copy : List.of("again", "refused")) {
            Folder.copy(whole, folder.resolve(copy));
            Folder.delete(folder.resolve(copy).resolve(LAST));
        }
        app().succeed("train", "--resume", "again");
        assertEquals(
                Folder.hash(whole.resolve(LAST).resolve("model.safetensors")),
                Folder.hash(folder.resolve("again").resolve(LAST).resolve("model.safetensors")));
        Child refused = withoutCompiler().run("train", "--resume", "refused");
        assertAll(
                () -> assertTrue(refused.errors().contains("BKD-006"), refused::errors),
                () -> assertEquals(3, refused.exit()),
                () -> assertTrue(Files.notExists(folder.resolve("refused").resolve(LAST))));
    }

    private App withoutCompiler() {
        return app().with("CXX", "/nowhere/c++");
    }

    @Test
    void doctorAndDryRunSayWhetherItCompiles() {
        assertTrue(app().succeed("doctor").output().contains("programs are compiled"));
        String[] dry = training(MODEL, "--dry-run");
        assertTrue(app().succeed(dry).output().contains("compiled"));
        Child without = withoutCompiler().succeed(dry);
        assertTrue(without.output().contains("no C++ compiler"), without::output);
    }

    /** Processes that compile end with the one that asked for it, however that ends. */
    @Test
    void nothingIsLeftOfATrainingThatIsEndedWhileItCompiles() {
        App fresh = app().with("XDG_CACHE_HOME", folder.resolve("cache").toString());
        Path pieces = folder.resolve("cache/anira/compiled");
        try (Running running = fresh.start(training(MODEL, "--out", "killed"))) {
            running.awaitThat("compiling", () -> running.errors().contains("compiling 1 of"));
            running.kill();
        }
        awaitNoProcessOf(pieces);
        try (Running running = fresh.start(training(MODEL, "--out", "stopped"))) {
            running.awaitThat("compiling", () -> running.errors().contains("compiling 1 of"));
            running.interrupt();
            Child stopped = running.await();
            assertEquals(130, stopped.exit());
            assertTrue(
                    stopped.errors().contains("Begin again: anira train stopped/config.yaml"),
                    stopped::errors);
        }
        awaitNoProcessOf(pieces);
        assertTrue(
                Folder.names(pieces).stream().noneMatch(name -> name.endsWith(".making")),
                () -> Folder.names(pieces).toString());
    }

    private static void awaitNoProcessOf(Path pieces) {
        long until = System.nanoTime() + 20_000_000_000L;
        while (processesOf(pieces) > 0) {
            assertFalse(System.nanoTime() > until, "processes that compile go on");
            Thread.onSpinWait();
        }
    }

    /** Returns how many processes have the folder in their environment, as all that compile do. */
    private static long processesOf(Path pieces) {
        return ProcessHandle.allProcesses()
                .map(process -> Path.of("/proc/%d/environ".formatted(process.pid())))
                .filter(environment -> mentions(environment, pieces.toString()))
                .count();
    }

    private static boolean mentions(Path environment, String text) {
        try {
            return Files.readString(environment, StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException _) {
            // It has ended, or is somebody else's.
            return false;
        }
    }

    /** A library that has changed is noticed, and compiled again. */
    @Test
    void aDamagedLibraryIsCompiledAnew() throws IOException {
        String[] words = training(MODEL, "--out", "first");
        app().succeed(words);
        Path library = library();
        byte[] bytes = Files.readAllBytes(library);
        bytes[bytes.length / 2] ^= 1;
        Files.write(library, bytes);
        Child child = app().succeed(training(MODEL, "--out", "second"));
        assertTrue(child.errors().contains("compiled anew"), child::errors);
        assertEquals(losses("first"), losses("second"));
    }

    private Path library() {
        String key =
                Documents.of(folder.resolve("first/provenance.json"))
                        .get("form")
                        .asString()
                        .split(" ")[1];
        try (Stream<Path> files = Files.walk(CACHE.resolve("anira/compiled").resolve(key))) {
            return files.filter(file -> file.endsWith("forward.so")).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
