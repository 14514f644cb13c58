package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The backend torch in the packaged application, on the build that comes with it. */
class TorchBackendTests {

    @TempDir private Path folder;

    private App app() {
        return App.in(folder)
                .with("ANIRA_TORCH", "bundled")
                .withJava("--illegal-native-access=deny");
    }

    @Test
    void doctorSaysWhichLibtorch() {
        JsonNode document = Documents.of(app().succeed("doctor", "--json").output());
        JsonNode finding =
                Documents.elements(document.get("findings")).stream()
                        .filter(each -> each.get("subject").asString().equals("backend torch"))
                        .findFirst()
                        .orElseThrow();
        assertEquals("ok", finding.get("state").asString(), finding::toString);
        String found = finding.get("detail").asString();
        assertAll(
                () -> assertTrue(found.contains("PyTorch 2."), found),
                () -> assertTrue(found.contains("plugins/torch/libtorch"), found),
                () -> assertTrue(found.contains("no CUDA"), found));
    }

    /** A run is evaluated by the backend it was trained on and by another, with equal results. */
    @ParameterizedTest
    @ValueSource(strings = {"float32", "bfloat16"})
    void trainsWhatAnotherBackendEvaluates(String precision) {
        app().succeed(
                        Tiny.train(
                                "--backend",
                                "torch",
                                "model.precision=" + precision,
                                "training.steps=6",
                                "--out",
                                "run"));
        List<JsonNode> own = evaluation("torch");
        assertEquals(2, own.size());
        if (precision.equals("float32")) {
            List<JsonNode> other = evaluation("djl");
            for (int i = 0; i < own.size(); i++) {
                for (String key : List.of("point", "correct", "exits_all")) {
                    assertEquals(own.get(i).get(key), other.get(i).get(key), key);
                }
            }
        }
    }

    private List<JsonNode> evaluation(String backend) {
        Child child = app().succeed("eval", "run", "--no-save", "--backend", backend, "--json");
        return Documents.elements(Documents.of(child.output()).get("evaluation"));
    }

    @Test
    void aFolderWithoutLibtorchIsRefused() {
        Child child = app().with("ANIRA_TORCH", "/nowhere").run(Tiny.train("--backend", "torch"));
        assertTrue(
                child.errors()
                        .startsWith(
                                "BKD-001  Backend 'torch' is present but not usable here:"
                                        + " ANIRA_TORCH names '/nowhere'"),
                child::errors);
        assertEquals(3, child.exit());
        assertTrue(Files.notExists(folder.resolve("runs")));
    }
}
