package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.List;

/**
 * A training whose numbers stop being finite. The mechanism has a parameter that counts for nothing
 * as long as it is finite; an absurd weight decay multiplies it by −9 at every step, so that it
 * leaves float32 after step 5.
 */
class DivergenceTests {

    private static final PluginJar BOMB =
            PluginJar.halfway()
                    .named("bomb")
                    .replace(
                            "public List<Parameter> parameters() {\n        return List.of();",
                            "public List<Parameter> parameters() {\n"
                                    + "        return List.of(Parameter.constant(\"halting.bomb\","
                                    + " 1e34, 1, 2));")
                    .replace(
                            ".cast(DType.FLOAT32);",
                            ".cast(DType.FLOAT32)"
                                + ".add(ops.parameter(\"halting.bomb\").pick(ops.integer(0)).multiply(0));");

    @TempDir private static Path folder;

    private static App app;
    private static Child child;
    private static Path run;

    @BeforeAll
    static void train() {
        BOMB.write(folder.resolve("plugins/bomb.jar"));
        app = App.in(folder).with("ANIRA_PLUGINS", "plugins");
        child = app.run(training("run", 2));
        run = folder.resolve("run");
    }

    @Test
    void itStopsAndSaysWhereAndWhatIsLeft() {
        assertEquals(
                """
                Run folder: run
                RUN-002  Parameter 'halting.bomb' has Infinity at step 6 (seed 1). Last good checkpoint: step 4. Tensor statistics: run/diag/step-6.json
                         Try a lower training.learning-rate or training.clip.
                """,
                child.errors());
        assertEquals(5, child.exit());
        assertEquals("", child.output());
    }

    @Test
    void theStatusSaysSo() {
        JsonNode status = Documents.of(run.resolve("status.json"));
        assertEquals("failed", status.get("state").asString());
        assertEquals(6, status.get("step").asInt());
        assertEquals(5, status.get("exit_code").asInt());
        assertTrue(
                status.get("message")
                        .asString()
                        .startsWith("Parameter 'halting.bomb' has Infinity at step 6"));
    }

    @Test
    void theDiagnosisNamesTheTensor() {
        List<JsonNode> tensors =
                Documents.elements(Documents.of(run.resolve("diag/step-6.json"))).stream()
                        .filter(each -> each.get("infinite").asInt() + each.get("nan").asInt() > 0)
                        .filter(each -> each.get("slot").asString().equals("value"))
                        .toList();
        assertEquals(
                List.of("halting.bomb"),
                tensors.stream().map(each -> each.get("tensor").asString()).toList());
        assertEquals(2, tensors.getFirst().get("infinite").asInt());
    }

    @Test
    void theLastGoodCheckpointCanBeEvaluated() {
        Child evaluation = app.succeed("eval", "run", "--no-save");
        assertEquals("Evaluating 'run' at step 4\n", evaluation.errors());
    }

    @Test
    void noCheckpointHasNumbersThatAreNotFinite() {
        Child other = app.run(training("other", 5));
        assertEquals(
                """
                Run folder: other
                RUN-002  Parameter 'halting.bomb' has -Infinity at step 5 (seed 1). There is no checkpoint yet. Tensor statistics: other/diag/step-5.json
                         Try a lower training.learning-rate or training.clip.
                """,
                other.errors());
        assertEquals(5, other.exit());
        assertEquals(List.of(), Folder.names(folder.resolve("other/checkpoints")));
    }

    private static String[] training(String out, int checkpointEvery) {
        return Tiny.train(
                "--halting",
                "bomb",
                "training.steps=20",
                "training.learning-rate=1",
                "training.weight-decay=10",
                "training.warmup=0",
                "training.decay=constant",
                "training.decay-from=0",
                "training.checkpoint-every=" + checkpointEvery,
                "--out",
                out);
    }
}
