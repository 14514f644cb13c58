package org.anira.runtime.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Exporter;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.runtime.model.TinyModel;
import org.anira.runtime.model.TinyModel.Outcome;
import org.anira.runtime.run.Json;
import org.anira.testkit.Slots;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's file in another runtime than ours: its checker passes, and logits and depths are those
 * of the eager backend on the same weights.
 */
class OtherRuntimeTests {

    private static final int[] LENGTHS = {12, 30, 21};
    private static final int LONGEST = 30;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "anira-o, EVALUATION, 23",
        "anira-o, EVALUATION, 17",
        "anira-o, DECODING, 23",
        "anira-e, EVALUATION, 23",
        "anira-e, DECODING, 17",
        "fixed, EVALUATION, 23"
    })
    void pythonGivesTheSameNumbers(String halting, ModelGraph graph, int opset) throws IOException {
        PythonRuntime.require();
        TinyModel tiny = TinyModel.of(halting, Injection.ADD, 2, true);
        Path file = folder.resolve("model.onnx");
        List<int[]> sequences = tiny.sequences(5, LENGTHS);
        try (Session session = BuiltIn.training()) {
            tiny.define(session, 3);
            write(tiny, session, graph, opset, file);
            Outcome expected = tiny.evaluate(session, sequences, LONGEST, false);

            Map<String, Object> found =
                    Json.object(PythonRuntime.run(file, Json.line(input(sequences))));

            Map<?, ?> metadata = (Map<?, ?>) found.get("metadata");
            assertEquals(Set.of("who", "sha256"), metadata.keySet());
            assertEquals("a test", metadata.get("who"));
            List<?> depths = (List<?>) found.get("depth");
            double[] logits = numbers(found.get("logits"));
            double[] expectedDepths = numbers(found.get("expected_depth"));
            int classes = tiny.vocabulary();
            for (int b = 0; b < LENGTHS.length; b++) {
                for (int t = 0; t < LENGTHS[b]; t++) {
                    int at = b * LONGEST + t;
                    assertEquals(expected.depths()[at], ((Number) depths.get(at)).intValue());
                    assertEquals(expected.expected()[at], expectedDepths[at], 1e-4);
                    for (int i = at * classes; i < (at + 1) * classes; i++) {
                        assertEquals(expected.logits()[i], logits[i], 1e-4);
                    }
                }
            }
            if (tiny.model().learned()) {
                assertArrayEquals(
                        new int[] {1, 2, 3, 4, 5, 6},
                        Arrays.stream(expected.depths()).distinct().sorted().toArray(),
                        "depths that occur");
            }
        }
    }

    private static void write(
            TinyModel tiny, Session session, ModelGraph graph, int opset, Path file) {
        BackendProvider onnx = BuiltIn.backend("onnx");
        Map<String, MemorySegment> values = new HashMap<>();
        for (Parameter parameter : tiny.model().parameters()) {
            values.put(
                    parameter.name(),
                    MemorySegment.ofArray(Slots.read(session, parameter.name(), Slot.VALUE)));
        }
        onnx.exporter()
                .orElseThrow()
                .write(
                        new Exporter.Exported(
                                graph.program(
                                        tiny.model(), tiny.model().mechanism().rules().getFirst()),
                                graph.inputs(tiny.model()),
                                graph.outputs(tiny.model()),
                                graph.axes(tiny.model()),
                                tiny.model().parameters(),
                                values::get,
                                Map.of("who", "a test")),
                        file,
                        Settings.of("backend", onnx.options(), Map.of("opset", opset)));
    }

    private static Map<String, Object> input(List<int[]> sequences) {
        List<int[]> tokens = new ArrayList<>();
        List<boolean[]> fed = new ArrayList<>();
        for (int[] sequence : sequences) {
            tokens.add(Arrays.copyOf(sequence, LONGEST));
            boolean[] real = new boolean[LONGEST];
            Arrays.fill(real, 0, sequence.length, true);
            fed.add(real);
        }
        return Map.of("tokens", tokens, "fed", fed, "prompt", 5);
    }

    private static double[] numbers(Object list) {
        return ((List<?>) list)
                .stream().mapToDouble(number -> ((Number) number).doubleValue()).toArray();
    }
}
