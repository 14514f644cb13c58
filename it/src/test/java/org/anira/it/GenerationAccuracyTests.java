package org.anira.it;

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
import java.util.ArrayList;
import java.util.List;

/** Continuations of a small grammar's model, drawn and judged by the packaged application. */
class GenerationAccuracyTests {

    /** Twelve sentences of 4 to 8 symbols. */
    private static final String GRAMMAR =
            """
            terminals: a b c
            S -> A B A | B A
            A -> a b | b a b
            B -> c a | c c
            """;

    @TempDir private Path folder;

    @BeforeEach
    void train() throws IOException {
        Files.writeString(folder.resolve("small.grammar"), GRAMMAR);
        app().succeed(
                        "train",
                        "lano-laptop-anira-e",
                        "task.options.grammar=small.grammar",
                        "model.width=16",
                        "model.heads=2",
                        "model.mlp=32",
                        "model.max-depth=3",
                        "training.steps=150",
                        "training.batch=32",
                        "training.learning-rate=1e-2",
                        "training.evaluate-every=0",
                        "evaluation.samples=20",
                        "evaluation.continuations=30",
                        "backend.options.threads=1",
                        "--quiet",
                        "--out",
                        "run");
    }

    private App app() {
        return App.in(folder);
    }

    private JsonNode evaluate(String... more) {
        List<String> words = new ArrayList<>(List.of("eval", "run", "--no-save", "--json"));
        words.addAll(List.of(more));
        return Documents.of(app().succeed(words.toArray(String[]::new)).output())
                .get("evaluation")
                .get(0)
                .get("generation");
    }

    @Test
    void continuationsAreDrawnJudgedAndShown() throws IOException {
        JsonNode generation = evaluate();
        List<String> kinds = new ArrayList<>();
        for (JsonNode each : generation) {
            kinds.add(each.get("prompt").asString() + ", " + each.get("choice").asString());
            long n = each.get("n").asLong();
            long right = each.get("right").asLong();
            JsonNode share = each.get("accuracy");
            assertEquals((double) right / n, share.get("value").asDouble(), 1e-12);
            assertTrue(share.get("low").asDouble() <= share.get("value").asDouble());
            assertTrue(share.get("value").asDouble() <= share.get("high").asDouble());
            long distinct = each.get("distinct").asLong();
            assertTrue(distinct >= 1 && distinct <= n, each.toString());
        }
        assertEquals(
                List.of(
                        "from nothing, sampled",
                        "from nothing, greedy",
                        "after 3 symbols, sampled",
                        "after 3 symbols, greedy"),
                kinds);
        assertEquals(30, generation.get(0).get("n").asInt());
        assertEquals(1, generation.get(1).get("n").asInt());
        // It has learnt something, and draws more than one sentence.
        assertTrue(generation.get(0).get("right").asInt() > 0, generation.toString());
        assertTrue(generation.get(0).get("distinct").asInt() > 1, generation.toString());

        String saved = Files.readString(folder.resolve("run/evaluations.jsonl"));
        assertTrue(
                saved.contains("\"prompt\":\"from nothing\",\"choice\":\"sampled\",\"n\":30"),
                saved);
        String table = app().succeed("eval", "run", "--no-save", "--continuations", "7").output();
        assertTrue(table.contains("from nothing, sampled     7"), table);
        assertTrue(evaluate("--continuations", "0").isNull());

        app().succeed("compare", "run", "--out", "comparison");
        String page = Files.readString(folder.resolve("comparison/report.html"));
        assertTrue(page.contains("<h2>Generation accuracy</h2>"));
        String csv = Files.readString(folder.resolve("comparison/comparison.csv"));
        assertTrue(csv.contains("\"from nothing, sampled right\""), csv);

        List<String> drawn = new ArrayList<>();
        for (String seed : List.of("1", "1", "2")) {
            drawn.add(
                    app().succeed(
                                    "generate",
                                    "run",
                                    "--n",
                                    "5",
                                    "--temperature",
                                    "1",
                                    "--seed",
                                    seed)
                            .output());
        }
        assertEquals(drawn.get(0), drawn.get(1));
        assertFalse(drawn.get(0).equals(drawn.get(2)));
    }

    @Test
    void aFileOfWholeSequencesIsEvaluatedWithout() {
        app().succeed("export", "run", "--out", "whole.onnx");
        Child child = app().succeed("eval", "whole.onnx", "--samples", "5");
        assertTrue(child.errors().contains("no continuations are drawn"), child.errors());
        assertFalse(child.output().contains("from nothing"), child.output());
    }
}
