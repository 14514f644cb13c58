package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.it.SavedTensors.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One model on several backends and in both forms of execution, each alone in a process of its own:
 * logits and depths agree. A decision that hangs on less than {@link #TIE} may fall either way; a
 * sequence is compared up to its first such token.
 */
class CrossBackendTests {

    private static final double TOLERANCE = 1e-4;
    private static final double TIE = 1e-4;

    /** Of the largest logit: eight bits of a bfloat16 through a few layers. */
    private static final double BFLOAT16_TOLERANCE = 2e-2;

    /** What is compared with the dense form on djl. */
    private static final List<Way> WAYS =
            List.of(
                    new Way("djl", "skipping"),
                    new Way("torch", "skipping"),
                    new Way("onnx", "skipping"));

    private static final int SAMPLES = 64;

    @TempDir private Path folder;

    /** A backend with a form of execution. */
    private record Way(String backend, String execution) {

        Path file(Path folder) {
            return folder.resolve("%s-%s.safetensors".formatted(backend, execution));
        }
    }

    private App app() {
        return App.in(folder).with("ANIRA_TORCH", "bundled");
    }

    /** Makes a run with trained weights or with random ones. */
    private void train(String mechanism, boolean trained) throws IOException {
        app().succeed(
                        "train",
                        "quickstart-" + mechanism,
                        "task.options.max-length=4",
                        "model.width=32",
                        "model.mlp=64",
                        "training.batch=32",
                        "training.steps=" + (trained ? 150 : 1),
                        "training.learning-rate=" + (trained ? "3e-3" : "0"),
                        "evaluation.samples=" + SAMPLES,
                        "backend.options.threads=1",
                        "--quiet",
                        "--out",
                        "run");
        if (!trained) {
            spreadDepths();
        }
    }

    /** Gives the halting head random weights; those of a beginning decide alike for all tokens. */
    private void spreadDepths() throws IOException {
        Path checkpoint = folder.resolve("run/checkpoints/0000000001");
        Path file = checkpoint.resolve("model.safetensors");
        String before = Folder.hash(file);
        SavedTensors.replace(file, "halting.output", new Random(7)::nextGaussian);
        Path state = checkpoint.resolve("state.json");
        Files.writeString(state, Files.readString(state).replace(before, Folder.hash(file)));
    }

    private JsonNode evaluate(Way way, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "eval",
                                "run",
                                "--no-save",
                                "--json",
                                "--backend",
                                way.backend(),
                                "--execution",
                                way.execution(),
                                "--save-logits",
                                way.file(folder).toString()));
        words.addAll(List.of(more));
        return Documents.of(app().succeed(words.toArray(String[]::new)).output()).get("evaluation");
    }

    @ParameterizedTest(name = "{0}, trained {1}")
    @CsvSource({"anira-e, false", "anira-e, true", "anira-o, false", "anira-o, true"})
    void logitsDepthsAndTablesAgree(String mechanism, boolean trained) throws IOException {
        train(mechanism, trained);
        Way first = new Way("djl", "dense");
        JsonNode tables = evaluate(first);
        SavedTensors expected = SavedTensors.read(first.file(folder));
        assertEquals(4, expected.points().size());
        assertTrue(depths(expected).size() > 1, "depths " + depths(expected));
        for (Way way : WAYS) {
            JsonNode own = evaluate(way);
            SavedTensors found = SavedTensors.read(way.file(folder));
            assertEquals(expected.points(), found.points());
            for (int i = 0; i < expected.points().size(); i++) {
                String point = expected.points().get(i);
                String where = "%s of %s at %s".formatted(mechanism, way, point);
                int tied = compare(where, expected, found, point, mechanism);
                assertTables(where, tables.get(i), own.get(i), tied);
            }
        }
    }

    /** Returns the depths that occur. */
    private static Set<Float> depths(SavedTensors passes) {
        Set<Float> depths = new TreeSet<>();
        for (String point : passes.points()) {
            float[] fed = passes.get(point, "fed").values();
            float[] all = passes.get(point, "depths").values();
            IntStream.range(0, all.length)
                    .filter(i -> fed[i] == 1)
                    .forEach(i -> depths.add(all[i]));
        }
        return depths;
    }

    /** Compares one point; returns how many sequences had a tie. */
    private static int compare(
            String where,
            SavedTensors expected,
            SavedTensors found,
            String point,
            String mechanism) {
        Values fed = expected.get(point, "fed");
        Values logExit = expected.get(point, "log_exit");
        Values depths = expected.get(point, "depths");
        Values logits = expected.get(point, "logits");
        Values foundDepths = found.get(point, "depths");
        Values foundLogits = found.get(point, "logits");
        int length = fed.size(1);
        int tied = 0;
        for (int b = 0; b < fed.size(0); b++) {
            for (int t = 0; t < length && fed.values()[b * length + t] == 1; t++) {
                int at = b * length + t;
                int depth = (int) depths.values()[at];
                if (isTie(mechanism, logExit.row(at), depth)) {
                    tied++;
                    break;
                }
                String place = "%s, sequence %d, token %d".formatted(where, b, t);
                assertEquals(depth, foundDepths.values()[at], place);
                float[] row = logits.row(at);
                float[] foundRow = foundLogits.row(at);
                for (int v = 0; v < row.length; v++) {
                    assertEquals(row[v], foundRow[v], TOLERANCE, place);
                }
            }
        }
        System.out.printf("%s: %d of %d sequences with a tie%n", where, tied, fed.size(0));
        assertTrue(tied <= Math.max(1, fed.size(0) / 100), where + ": ties " + tied);
        return tied;
    }

    /** Returns whether a token's decision hangs on less than {@link #TIE}. */
    private static boolean isTie(String mechanism, float[] logExit, int depth) {
        double[] q = new double[logExit.length];
        for (int d = 0; d < q.length; d++) {
            q[d] = Math.exp(logExit[d]);
        }
        if (mechanism.equals("anira-e")) {
            Arrays.sort(q);
            return q[q.length - 1] - q[q.length - 2] < TIE;
        }
        double survived = 1;
        for (int d = 1; d <= Math.min(depth, q.length - 1); d++) {
            survived -= q[d - 1];
            if (Math.abs(Math.log(survived) - Math.log(0.5)) < TIE) {
                return true;
            }
        }
        return false;
    }

    /** Tables differ by the answers of tied sequences at most. */
    private static void assertTables(String where, JsonNode expected, JsonNode own, int tied) {
        assertEquals(expected.get("point"), own.get("point"), where);
        assertEquals(expected.get("correct").asInt(), own.get("correct").asInt(), tied, where);
        if (tied == 0) {
            assertEquals(expected.get("exits_all"), own.get("exits_all"), where);
            assertEquals(expected.get("exits"), own.get("exits"), where);
        }
    }

    @Test
    void filesOfLogitsAreNeitherOverwrittenNorMixedUp() throws IOException {
        Tiny.copyTrained(folder.resolve("run"));
        Path file = new Way("djl", "skipping").file(folder);
        evaluate(new Way("djl", "skipping"));
        byte[] before = Files.readAllBytes(file);
        app().fail(
                        4,
                        "RUN-001  'djl-skipping.safetensors' exists, and nothing is overwritten."
                                + " Choose another name, or remove it first.",
                        "eval",
                        "run",
                        "--save-logits",
                        "djl-skipping.safetensors");
        Child other =
                app().run(
                                "eval",
                                "run",
                                "--no-save",
                                "--seed=2",
                                "--save-logits=other.safetensors",
                                "--depths-from=djl-skipping.safetensors");
        assertTrue(
                other.errors()
                        .endsWith(
                                "RUN-004  The depths to force are of other samples at L=1. Save"
                                        + " them with the same run, samples and seed.\n"),
                other::errors);
        assertEquals(4, other.exit());
        app().fail(
                        4,
                        "RUN-004  Cannot read 'nowhere': no such file or folder. Check that the"
                                + " file is whole and may be read.",
                        "eval",
                        "run",
                        "--save-logits=other.safetensors",
                        "--depths-from=nowhere");
        assertTrue(Files.notExists(folder.resolve("other.safetensors")));
        assertArrayEquals(before, Files.readAllBytes(file));
    }

    /** Depths are forced, since a rounded score may decide otherwise. */
    @Test
    void bfloat16IsFloat32Rounded() throws IOException {
        train("anira-o", true);
        Way exact = new Way("torch", "skipping");
        evaluate(exact);
        Path settings = folder.resolve("run/config.yaml");
        String text = Files.readString(settings);
        assertTrue(text.contains("precision: float32"), text);
        Files.writeString(settings, text.replace("precision: float32", "precision: bfloat16"));
        Way forced = new Way("torch", "auto");
        evaluate(forced, "--depths-from", exact.file(folder).toString());
        Way free = new Way("torch", "dense");
        evaluate(free);
        SavedTensors expected = SavedTensors.read(exact.file(folder));
        SavedTensors found = SavedTensors.read(forced.file(folder));
        SavedTensors freely = SavedTensors.read(free.file(folder));
        int other = 0;
        int tokens = 0;
        double worst = 0;
        for (String point : expected.points()) {
            Values fed = expected.get(point, "fed");
            Values logits = expected.get(point, "logits");
            double largest = 0;
            for (float value : logits.values()) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int at = 0; at < fed.values().length; at++) {
                if (fed.values()[at] == 0) {
                    continue;
                }
                float depth = expected.get(point, "depths").values()[at];
                assertEquals(depth, found.get(point, "depths").values()[at]);
                tokens++;
                other += freely.get(point, "depths").values()[at] == depth ? 0 : 1;
                float[] row = logits.row(at);
                float[] rounded = found.get(point, "logits").row(at);
                for (int v = 0; v < row.length; v++) {
                    worst = Math.max(worst, Math.abs(row[v] - rounded[v]) / largest);
                }
            }
        }
        System.out.printf(
                "bfloat16: logits within %.4f of the largest one; running freely, %d of %d tokens"
                        + " take other depths; depths %s%n",
                worst, other, tokens, depths(expected));
        assertTrue(worst < BFLOAT16_TOLERANCE, "logits differ by " + worst);
        assertTrue(depths(expected).size() > 1, "depths " + depths(expected));
    }
}
