package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.Outcome;
import org.anira.app.PackagedPlugins;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Samples as people and programs get them. */
@ExtendWith(PackagedPlugins.class)
class SampleTests {

    private static Outcome done(String line) {
        Outcome outcome = Outcome.of(line.split(" "));
        assertEquals(ExitCode.DONE, outcome.code(), outcome.err());
        return outcome;
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> rows(Map<String, Object> document, String key) {
        return (List<Map<String, Object>>) document.get(key);
    }

    private static List<Map<String, Object>> samples(String line) {
        return rows(done(line + " --json").json(), "samples");
    }

    @Test
    void threeSamplesAreShownWithTheirAnswersInBrackets() {
        String text = done("sample mano").out();

        assertEquals(
                3, text.lines().filter(line -> line.matches("\\d  L=\\d+, \\d+ tokens")).count());
        assertEquals(
                3,
                text.lines().filter(line -> line.matches(".*ANSWER\\(\\d+\\) \\[ \\d+ ]")).count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"brevo", "depo", "lano", "mano"})
    void theBracketsAreAroundWhatIsAnswered(String task) {
        for (Map<String, Object> sample : samples("sample " + task)) {
            List<?> tokens = (List<?>) sample.get("tokens");
            List<?> text = (List<?>) sample.get("text");
            List<?> target = (List<?>) sample.get("target");
            assertEquals(tokens.size(), text.size());
            assertEquals(tokens.size(), target.size());
            assertEquals("BOS", text.getFirst());
            for (Map<String, Object> answer : rows(sample, "answers")) {
                int start = (Integer) answer.get("start");
                int end = (Integer) answer.get("end");
                assertEquals(Collections.nCopies(end - start, true), target.subList(start, end));
            }
        }
        String all = done("sample " + task).out().replaceAll("\\s+", " ");
        String expected =
                samples("sample " + task).stream()
                        .map(sample -> {
                            List<?> target = (List<?>) sample.get("target");
                            List<?> text = (List<?>) sample.get("text");
                            return IntStream.range(0, text.size())
                                    .filter(i -> target.get(i).equals(true))
                                    .mapToObj(i -> text.get(i).toString())
                                    .collect(Collectors.joining(" "));
                        })
                        .collect(Collectors.joining(" "));
        List<String> bracketed = new ArrayList<>();
        Matcher matcher = Pattern.compile("\\[ (.*?) ]").matcher(all);
        while (matcher.find()) {
            bracketed.add(matcher.group(1));
        }
        assertEquals(expected, String.join(" ", bracketed));
    }

    @Test
    void seedsAreKept() {
        assertEquals(done("sample brevo --seed 7").out(), done("sample brevo --seed 7").out());
        assertTrue(!done("sample brevo --seed 7").out().equals(done("sample brevo").out()));
        assertEquals(samples("sample brevo -n 5").subList(0, 2), samples("sample brevo -n 2"));
    }

    @ParameterizedTest
    @CsvSource({
        "sample brevo --knob n=8, n, 8",
        "sample depo --knob n=12 --knob k=4, k, 4",
        "sample mano evaluation=20 --knob L=20, L, 20",
        "sample lano grammar=cfg3f --knob grammar=cfg3f, grammar, cfg3f"
    })
    void knobsAreSet(String line, String axis, String value) {
        for (Map<String, Object> sample : samples(line)) {
            assertEquals(value, ((Map<?, ?>) sample.get("point")).get(axis).toString());
        }
    }

    @Test
    void optionsOfTheTaskAreSet() {
        Map<String, Object> document = done("sample brevo form=multi max-nodes=5 --json").json();

        assertEquals("multi", ((Map<?, ?>) document.get("options")).get("form"));
        assertEquals(5, ((Map<?, ?>) document.get("options")).get("max-nodes"));
    }

    @Test
    void featuresStandBelowEachToken() {
        String text = done("sample mano --knob L=3 --n 1 --features").out();

        assertEquals(
                1,
                text.lines()
                        .filter(line -> line.matches(" +BOS OPEN\\(3\\) .* \\[ \\d+ ]"))
                        .count(),
                text);
        assertTrue(text.contains("\n  subtree_ops "), text);
        assertTrue(text.contains("\nsubtree_ops     Operators in the subtree"), text);

        Map<String, Object> document = done("sample mano --n 1 --features --json").json();
        Map<String, Object> sample = rows(document, "samples").getFirst();
        Map<?, ?> features = (Map<?, ?>) sample.get("features");
        assertEquals(((Map<?, ?>) document.get("meanings")).keySet(), features.keySet());
        List<?> depths = (List<?>) features.get("depth");
        assertEquals(((List<?>) sample.get("tokens")).size(), depths.size());
        assertEquals(null, depths.getFirst());
        assertEquals(0.0, depths.get(2));
    }

    @Test
    void statisticsCountLengthsAndKnobs() {
        Map<String, Object> document = done("sample depo --stats --n 200 --knob n=8 --json").json();

        Map<?, ?> tokens = (Map<?, ?>) ((Map<?, ?>) document.get("tokens")).get("sample");
        assertEquals(200, tokens.get("count"));
        assertEquals(1 + 2 * 8 + 8 * 4, tokens.get("least"));
        assertEquals(49.0, tokens.get("mean"));
        List<Map<String, Object>> values = rows(document, "values");
        assertEquals(9, values.size());
        assertEquals(200, values.getFirst().get("samples"));
        assertEquals(
                200 * 8,
                values.stream()
                        .filter(row -> row.get("axis").equals("k"))
                        .mapToInt(row -> (Integer) row.get("answers"))
                        .sum());

        String text = done("sample depo --stats --n 200 --knob n=8").out();
        assertTrue(text.contains("sample     200     49  49.0      49    49    49"), text);
        assertTrue(text.contains("\nn         8      200  1.0000     1600         49.0"), text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    sample                                | CFG-007  Missing required parameter: 'TASK'.
                    sample brevo --features --stats       | CFG-007  --features and --stats exclude each other.
                    sample brevo --n 0                    | CFG-007  --n is 0, expected 1 to 1000000.
                    sample brevo --n many                 | CFG-007  --n is 'many', expected a whole number.
                    sample brevo --knob n                 | CFG-007  --knob is 'n', expected AXIS=VALUE; axes: n.
                    sample depo --knob m=3                | CFG-007  --knob is 'm=3', but there is no axis 'm'. Did you mean 'k'? Axes: n, k.
                    sample brevo --knob n=4 --knob n=5    | CFG-007  --knob is 'n=5', but axis 'n' is given already.
                    sample brevo --knob n=few             | CFG-007  --knob is 'n=few', expected a whole number for axis 'n'.
                    sample lano --knob grammar=cfg3f      | CFG-007  --knob is 'grammar=cfg3f', expected one of cfg3b.
                    sample brevo --knob n=31              | CFG-007  no sample has n=31: the task neither trains nor evaluates there. n is 3 to 30 in training.
                    sample brevo fom=multi                | CFG-001  unknown key 'task.options.fom'. Did you mean 'form'? (known: form, min-nodes, max-nodes, evaluation, labels)
                    sample brevo form=both                | CFG-003  'task.options.form' is 'both', expected one of single, multi
                    sample brevo form                     | CFG-006  'form' is not of the form key.path=value, such as model.width=64
                    sample brevo form=[single]            | CFG-003  'task.options.form' is a list, expected one of single, multi
                    sample brevo max-nodes=2              | CFG-003  'task.options.max-nodes' is 2, expected a whole number (3 to 1000)
                    """)
    void wrongUseIsNamed(String line, String message) {
        Outcome outcome = Outcome.of(line.split(" "));

        assertEquals(ExitCode.USAGE, outcome.code(), outcome.err());
        assertEquals("", outcome.out());
        assertEquals(message, outcome.err().lines().findFirst().orElse(""));
    }

    @Test
    void anUnknownTaskAndAMissingGrammarAreNamed() {
        Outcome unknown = Outcome.of("sample", "brevu");
        assertEquals(3, unknown.code());
        assertTrue(
                unknown.err().startsWith("PLG-001  Unknown task 'brevu'. Did you mean 'brevo'?"),
                unknown.err());

        Outcome grammar = Outcome.of("sample", "lano", "grammar=cfg3x");
        assertEquals(ExitCode.USAGE, grammar.code());
        assertTrue(grammar.err().contains("which is neither built in nor a file"), grammar.err());
    }
}
