package org.anira.task.clrstext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.testkit.GoldenVectors;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads published questions, answers them, and compares what is written with what was published,
 * byte for byte. A few lines are always compared; all of them where {@link GoldenVectors#published}
 * finds them.
 */
class ClrsTextVectorTests {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the old format writes as a real number. */
    private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d.e+-]*");

    @Test
    void agreesWithTheLinesInTheRepository() throws IOException {
        check(GoldenVectors.inRepository(getClass(), "clrs-text"));
    }

    @Test
    void agreesWithAllPublishedVectors() throws IOException {
        check(GoldenVectors.published("clrs-text"));
    }

    private static void check(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files =
                    found.filter(Files::isRegularFile)
                            .filter(file -> !file.toString().endsWith(".md"))
                            .sorted()
                            .toList();
        }
        assertFalse(files.isEmpty(), "no files in " + folder);
        Map<Algorithm, Integer> answered = new EnumMap<>(Algorithm.class);
        int traced = 0;
        int legacy = 0;
        for (Path file : files) {
            assertTrue(file.toString().endsWith(".jsonl"), "unexpected file " + file);
            List<String> lines = Files.readAllLines(file);
            assertFalse(lines.isEmpty(), file + " is empty");
            for (int i = 0; i < lines.size(); i++) {
                JsonNode line = JSON.readTree(lines.get(i));
                String where = folder.relativize(file) + ", line " + (i + 1);
                Algorithm algorithm = algorithm(line, where);
                if (isLegacy(line)) {
                    checkFormat(algorithm, line, where);
                    legacy++;
                } else {
                    checkAnswer(algorithm, line, where);
                    answered.merge(algorithm, 1, Integer::sum);
                    traced += line.get("use_hints").booleanValue() ? 1 : 0;
                }
            }
        }
        System.out.printf(
                "ClrsTextVectorTests: %d questions of %d algorithms with answers, %d of them with"
                        + " traces, and %d in the old format agree with %d files of %s%n",
                answered.values().stream().mapToInt(Integer::intValue).sum(),
                answered.size(),
                traced,
                legacy,
                files.size(),
                folder);
    }

    private static Algorithm algorithm(JsonNode line, String where) {
        String name = line.get("algo").stringValue();
        return Stream.of(Algorithm.values())
                .filter(algorithm -> algorithm.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(where + ": unknown algorithm " + name));
    }

    private static boolean isLegacy(JsonNode line) {
        JsonNode decimals = line.get("decimals");
        return decimals != null && decimals.isString();
    }

    private static void checkAnswer(Algorithm algorithm, JsonNode line, String where) {
        String question = line.get("question").stringValue();
        boolean traced = line.get("use_hints").booleanValue();
        Text text = new Text(16);
        int start =
                new Composer(traced, Numbers.SHORTEST)
                        .write(exercise(algorithm), read(algorithm, question), text);
        assertEquals(question + line.get("answer").stringValue(), text.toString(), where);
        assertEquals(question.length(), start, where);
    }

    /**
     * Answers came from numbers with more digits than are written, so only the writing is compared.
     */
    private static void checkFormat(Algorithm algorithm, JsonNode line, String where) {
        String question = line.get("question").stringValue();
        Text text = new Text(16);
        int start =
                new Composer(false, Numbers.LEGACY)
                        .write(exercise(algorithm), read(algorithm, question), text);
        assertEquals(question, text.toString().substring(0, start), where);
        String answer = line.get("answer").stringValue();
        assertTrue(answer.endsWith("\n\n"), where);
        if (algorithm.answer().layout() == Layout.KEYS) {
            Matcher number = NUMBER.matcher(answer);
            while (number.find()) {
                Text again = new Text(16);
                Numbers.LEGACY.write(Double.parseDouble(number.group()), again);
                assertEquals(number.group(), again.toString(), where);
            }
        }
    }

    private static Exercise exercise(Algorithm algorithm) {
        return new Exercise(algorithm.label(), List.of(algorithm));
    }

    private static Input read(Algorithm algorithm, String question) {
        return algorithm.read(new FieldReader(question.lines().toList().get(1)));
    }
}
