package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Settings of an evaluation on the command line of {@code anira eval}, with a tiny run. */
@ExtendWith(PackagedPlugins.class)
class EvalTests {

    @TempDir static Path runs;
    private static Path run;

    @BeforeAll
    static void trainOnce() {
        run = runs.resolve("run");
        Outcome training =
                Outcome.of(
                        "train",
                        "quickstart-anira-o",
                        "model.width=16",
                        "model.mlp=32",
                        "task.options.max-length=3",
                        "training.steps=4",
                        "training.batch=4",
                        "evaluation.samples=20",
                        "seed=" + Long.MAX_VALUE,
                        "--out",
                        run.toString());
        assertEquals(ExitCode.DONE, training.code(), training.err());
    }

    private static Outcome eval(String... words) {
        return Outcome.of(
                Stream.concat(
                                Stream.of("eval", run.toString(), "--no-save", "--json"),
                                Stream.of(words))
                        .toArray(String[]::new));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> results(String... words) {
        Outcome outcome = eval(words);
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        return (List<Map<String, Object>>) outcome.json().get("evaluation");
    }

    @Test
    void resultsDoNotDependOnTheBatch() {
        List<Map<String, Object>> whole = results();
        List<Map<String, Object>> parts = results("--batch", "3");
        for (int i = 0; i < whole.size(); i++) {
            assertEquals(whole.get(i).get("accuracy"), parts.get(i).get("accuracy"));
            assertEquals(whole.get(i).get("mean_depth"), parts.get(i).get("mean_depth"));
            assertEquals(
                    ((Number) whole.get(i).get("cross_entropy")).doubleValue(),
                    ((Number) parts.get(i).get("cross_entropy")).doubleValue(),
                    1e-5);
        }
    }

    @Test
    void wordsAreSettingsOfTheEvaluation() {
        assertEquals(5, results("evaluation.samples=5").getFirst().get("n"));
    }

    @Test
    void aWordMayBeAMapping() {
        assertEquals(4, results("evaluation={samples: 4, continuations: 0}").getFirst().get("n"));
    }

    @Test
    void anOptionReplacesAWord() {
        assertEquals(6, results("evaluation.samples=5", "--samples", "6").getFirst().get("n"));
    }

    @Test
    void seedsHave64Bits() {
        assertEquals(
                Long.MAX_VALUE,
                results("--seed", Long.toString(Long.MAX_VALUE)).getFirst().get("seed"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    training.steps=3      | CFG-001  override 'training.steps=3': 'eval' cannot set 'training.steps'. It takes: evaluation.samples, evaluation.batch, evaluation.seed, evaluation.execution, evaluation.continuations, backend.options
                    evaluation.sampels=3  | CFG-001  override 'evaluation.sampels=3': unknown key 'evaluation.sampels'. Did you mean 'evaluation.samples'?
                    evaluation.samples=0  | CFG-003  override 'evaluation.samples=0': 'evaluation.samples' is 0, expected a whole number (1 to 10000000)
                    evaluation.samples    | CFG-006  'evaluation.samples' is not of the form key.path=value, such as model.width=64
                    --samples 0           | CFG-003  option '--samples 0': 'evaluation.samples' is 0, expected a whole number (1 to 10000000)
                    --batch x             | CFG-003  option '--batch x': 'evaluation.batch' is 'x', expected a whole number (1 to 1048576)
                    --seed -1             | CFG-003  option '--seed -1': 'evaluation.seed' is -1, expected a whole number (0 to 9223372036854775807)
                    --continuations 1e9   | CFG-003  option '--continuations 1e9': 'evaluation.continuations' is 1.0E9, expected a whole number (0 to 10000000)
                    --rule modus          | CFG-003  option '--rule modus': 'halting.rule' is 'modus', expected one of median
                    """)
    void whatIsWrongIsNamedAsItWasTyped(String words, String message) {
        Outcome outcome = eval(words.split(" "));

        assertEquals(ExitCode.USAGE, outcome.code(), outcome.err());
        assertEquals(message, outcome.err().strip());
    }

    @Test
    void continuingDoesNotDependOnTheBatch() {
        String[] words = {"generate", run.toString(), "--n", "5", "--json"};
        Outcome whole = Outcome.of(words);
        Outcome parts =
                Outcome.of(
                        Stream.concat(Stream.of(words), Stream.of("--batch", "2"))
                                .toArray(String[]::new));

        assertEquals(ExitCode.DONE, parts.code(), parts.err());
        assertEquals(tokens(whole), tokens(parts));
        assertTrue(tokens(whole).size() == 5, whole.out());
    }

    @SuppressWarnings("unchecked")
    private static List<List<Object>> tokens(Outcome outcome) {
        return ((List<Map<String, Object>>) outcome.json().get("sequences"))
                .stream()
                        .map(each ->
                                ((List<Map<String, Object>>) each.get("continuation"))
                                        .stream().map(token -> token.get("id")).toList())
                        .toList();
    }
}
