package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code anira generate} says of a tiny run. */
@ExtendWith(PackagedPlugins.class)
class GenerateTests {

    private static final String PROMPT = "OPEN(2) + 1 * 0 1 ANSWER(2)";

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
                        "training.steps=20",
                        "evaluation.samples=40",
                        "--out",
                        run.toString());
        assertEquals(ExitCode.DONE, training.code(), training.err());
    }

    private static Outcome generate(String... more) {
        List<String> words = new ArrayList<>(List.of("generate", run.toString()));
        words.addAll(List.of(more));
        return Outcome.of(words.toArray(String[]::new));
    }

    private static Outcome succeed(String... more) {
        Outcome outcome = generate(more);
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        return outcome;
    }

    private static List<Map<String, Object>> sequences(String... more) {
        List<String> words = new ArrayList<>(List.of(more));
        words.add("--json");
        return maps(succeed(words.toArray(String[]::new)).json().get("sequences"));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> maps(Object list) {
        return (List<Map<String, Object>>) list;
    }

    private static String texts(Map<String, Object> sequence, String part) {
        return maps(sequence.get(part)).stream()
                .map(token -> token.get("token").toString())
                .collect(Collectors.joining(" "));
    }

    @Test
    void aTypedPromptIsContinuedByAsManyTokensAsAnAnswerHas() {
        Map<String, Object> sequence = sequences("--prompt", PROMPT).getFirst();

        assertEquals("BOS " + PROMPT, texts(sequence, "prompt"));
        assertEquals(1, maps(sequence.get("continuation")).size());
        assertFalse(sequence.containsKey("right"));
        maps(sequence.get("prompt"))
                .forEach(token -> assertTrue((Integer) token.get("depth") >= 1, token.toString()));
    }

    @Test
    void theBeginningOfSequenceMayBeTyped() {
        assertEquals(sequences("--prompt", PROMPT), sequences("--prompt", "BOS  " + PROMPT + " "));
    }

    @Test
    void moreTokensCanBeAskedFor() {
        Map<String, Object> sequence =
                sequences("--prompt", "OPEN(1)", "--max-tokens", "5").getFirst();

        int length = maps(sequence.get("continuation")).size();
        boolean ended = texts(sequence, "continuation").matches(".*(EOS|PAD)");
        assertTrue(length == 5 || ended, sequence.toString());
    }

    @Test
    void promptsAreContinuedSideBySideAsAlone() {
        List<Map<String, Object>> both =
                sequences("--prompt", PROMPT, "--prompt", "OPEN(1) + 1", "--max-tokens", "3");

        assertEquals(2, both.size());
        assertEquals(
                texts(both.get(1), "continuation"),
                texts(
                        sequences("--prompt", "OPEN(1) + 1", "--max-tokens", "3").getFirst(),
                        "continuation"));
    }

    @Test
    void pointsOfTheGridTakeTurns() {
        assertEquals(
                List.of("{L=1}", "{L=2}", "{L=3}", "{L=1}"),
                sequences("--n", "4").stream().map(each -> each.get("point").toString()).toList());
    }

    @Test
    void drawnPromptsAreTheTestSamples() {
        List<Map<String, Object>> sequences = sequences("L=2", "--n", "40", "--task", "mano");
        Outcome evaluation = Outcome.of("eval", run.toString(), "--no-save", "--json");
        Map<String, Object> point = maps(evaluation.json().get("evaluation")).get(1);

        assertEquals("{L=2}", point.get("point").toString());
        assertEquals(
                point.get("correct"),
                (int) sequences.stream().filter(each -> each.get("right").equals(true)).count());
        long depths =
                sequences.stream()
                        .mapToLong(each ->
                                (Integer) maps(each.get("continuation")).getFirst().get("depth"))
                        .sum();
        assertEquals(
                depths / 40.0, (Double) ((Map<?, ?>) point.get("mean_depth")).get("value"), 1e-9);
    }

    @Test
    void everyAnswerIsGraded() {
        for (Map<String, Object> each : sequences("--n", "12")) {
            assertEquals(
                    each.get("right"),
                    texts(each, "continuation")
                            .equals(
                                    ((List<?>) each.get("right_answer"))
                                            .stream()
                                                    .map(Object::toString)
                                                    .collect(Collectors.joining(" "))),
                    each.toString());
        }
    }

    @Test
    void anotherSeedDrawsOtherSamples() {
        Stream.of("1", "2")
                .map(seed -> sequences("L=3", "--n", "5", "--seed", seed))
                .reduce((left, right) -> {
                    assertFalse(left.equals(right));
                    return right;
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "skipping"})
    void bothFormsOfExecutionAgree(String execution) {
        List<Map<String, Object>> sequences = sequences("--n", "6", "--execution", execution);

        assertEquals(
                sequences("--n", "6").stream().map(each -> texts(each, "continuation")).toList(),
                sequences.stream().map(each -> texts(each, "continuation")).toList());
        assertEquals(
                execution, succeed("--execution", execution, "--json").json().get("execution"));
    }

    @Test
    void peopleSeeTokensWithTheirDepths() {
        String out = succeed("L=2").out();

        assertAll(
                () -> assertTrue(out.matches("(?s)L=2: (right|wrong, a right answer is .).*"), out),
                () -> assertTrue(out.contains("  BOS OPEN(2) "), out),
                () -> assertTrue(out.contains(" ANSWER(2) => "), out),
                () -> assertEquals(4, out.lines().count(), out));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --prompt OPEN(9)       | CFG-003  'OPEN(9)' in --prompt is no token of task 'mano'. Did you mean 'OPEN(1)'?#Its tokens: BOS EOS + - * / 0 1 OPEN(1) ANSWER(1) OPEN(2) ANSWER(2) OPEN(3) ANSWER(3)
                    --prompt PAD           | CFG-003  'PAD' in --prompt is no token of task 'mano'.#Its tokens: BOS EOS + - * / 0 1 OPEN(1) ANSWER(1) OPEN(2) ANSWER(2) OPEN(3) ANSWER(3)
                    L=9                    | CFG-003  The grid of task 'mano' has no point with L=9. Its points: L=1; L=2; L=3
                    n=9                    | CFG-003  Task 'mano' has no axis 'n'. Its axes: L
                    L=1 L=2                | CFG-003  Axis 'L' is given twice: L=1, L=2. Leave one out
                    L9                     | CFG-006  'L9' is not of the form AXIS=VALUE. The axes of task 'mano': L
                    --rule mode            | CFG-003  option '--rule mode': 'halting.rule' is 'mode', expected one of median
                    --execution fast       | CFG-003  option '--execution fast': 'evaluation.execution' is 'fast', expected one of auto, dense, skipping
                    """)
    void whatDoesNotFitIsNamed(String words, String message) {
        Outcome outcome = generate(words.split(" "));

        assertEquals(ExitCode.USAGE, outcome.code());
        assertEquals(message.replace("#", "\n         "), outcome.err().replace("\r", "").strip());
    }

    @Test
    void tokensAreDrawnWithASeed() {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            words.addAll(List.of("--prompt", "OPEN(1)"));
        }
        words.addAll(List.of("--max-tokens", "4", "--temperature", "2", "--seed"));
        List<String> first = drawn(words, "1");

        assertEquals(first, drawn(words, "1"));
        assertFalse(first.equals(drawn(words, "2")));
        assertTrue(first.stream().distinct().count() > 1, first.toString());
    }

    private static List<String> drawn(List<String> words, String seed) {
        return sequences(Stream.concat(words.stream(), Stream.of(seed)).toArray(String[]::new))
                .stream()
                .map(each -> texts(each, "continuation"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "NaN", "Infinity"})
    void aTemperatureIsAFiniteNumberAboveZero(String temperature) {
        Outcome outcome = generate("--temperature", temperature);

        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(
                outcome.err().contains("expected a finite number above 0; leave it out"),
                outcome.err());
    }

    @Test
    void aPromptThatIsTooLongIsRefused() {
        Outcome outcome = generate("--prompt", "1 ".repeat(50).strip());

        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(
                outcome.err()
                        .matches(
                                "(?s)CFG-003  A prompt has 51 tokens, BOS included, and the model"
                                        + " \\d+ positions, of which one must be left .*"),
                outcome.err());
    }

    @Test
    void aMessageRepeatsTheBeginningOfALongPromptAlone() {
        for (String prompt : List.of("1 ".repeat(5000), "1".repeat(5000))) {
            Outcome outcome = generate("--prompt", prompt);

            assertEquals(ExitCode.USAGE, outcome.code());
            assertTrue(outcome.err().length() < 500, outcome.err());
            assertTrue(outcome.err().contains("…"), outcome.err());
        }
    }

    /** More than one batch of 200. */
    @Test
    void whatIsDrawnDoesNotDependOnHowManyFollow() {
        List<Map<String, Object>> many = sequences("--n", "230", "--temperature", "2");

        assertEquals(230, many.size());
        assertEquals(many.subList(0, 210), sequences("--n", "210", "--temperature", "2"));
    }

    @Test
    void anotherTaskIsRefused() {
        Outcome outcome = generate("--task", "depo");

        assertEquals(ExitCode.USAGE, outcome.code());
        assertEquals(
                "CFG-003  --task is 'depo', but the model of '%s' was trained on 'mano'. Leave --task out, or name another run."
                        .formatted(run),
                outcome.err().strip());
    }
}
