package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A model whose weights exceed the Java heap several times over. Takes minutes, 3 GiB of memory and
 * 4 GB of disk, so it runs only with {@code -Danira.slow}.
 */
class LargeModelTests {

    private static final long WEIGHTS = 600_000_000;

    @TempDir private Path folder;

    @Test
    void trainsResumesAndIsEvaluatedInASmallHeap() throws Exception {
        if (System.getProperty("anira.slow") == null) {
            String reason = "it takes minutes; -Danira.slow runs it";
            System.out.println("Skipped: trainsResumesAndIsEvaluatedInASmallHeap: " + reason);
            Assumptions.abort(reason);
        }
        App app =
                App.in(folder)
                        .with("ANIRA_TORCH", "bundled")
                        .withJava("-Xmx256m -XX:TieredStopAtLevel=4");
        app.succeed(
                Tiny.train(
                        "--backend",
                        "torch",
                        "model.width=2048",
                        "model.mlp=6144",
                        "model.max-depth=2",
                        "training.batch=2",
                        "training.steps=2",
                        "training.checkpoint-every=1",
                        "training.keep-checkpoints=0",
                        "evaluation.samples=2",
                        "--out",
                        "run"));
        Path checkpoints = folder.resolve("run/checkpoints");
        Path first = checkpoints.resolve("0000000001/model.safetensors");
        assertTrue(Files.size(first) >= WEIGHTS, () -> first + " is smaller");
        Path last = checkpoints.resolve("0000000002");
        JsonNode unbroken = files(last);
        Folder.delete(last);

        app.succeed("train", "--resume", "run");
        assertEquals(unbroken, files(last), "sizes and hashes after the second step");
        app.succeed("eval", "run");
    }

    /** Returns size and hash of the files of weights and moments. */
    private static JsonNode files(Path checkpoint) {
        return Documents.of(checkpoint.resolve("state.json")).get("files");
    }
}
