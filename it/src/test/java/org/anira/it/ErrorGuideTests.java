package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code docs/errors.md} against the sources: every code is explained, and provoked by a test. */
class ErrorGuideTests {

    private static final Path GUIDE = Distribution.ROOT.resolve("docs/errors.md");
    private static final Pattern CODE = Pattern.compile("(?<![A-Z-])[A-Z]{3}-[0-9]{3}(?![0-9])");

    /** Looks like a code, and is the name of an algorithm. */
    private static final String ALGORITHM = "SHA-256";

    static SortedSet<String> codes() {
        SortedSet<String> codes = new TreeSet<>();
        sources("src/main").forEach(text -> codes.addAll(codesIn(text)));
        return codes;
    }

    @Test
    void thereIsOneHeadingForEachCodeOfTheSources() {
        List<String> headings =
                Documents.text(GUIDE)
                        .lines()
                        .filter(line -> line.startsWith("### "))
                        .map(line -> line.substring(4, 11))
                        .toList();
        assertEquals(List.copyOf(codes()), headings);
    }

    @ParameterizedTest
    @MethodSource("codes")
    void aCodeHasItsMeaningAnExampleAndWhatToDo(String code) {
        String section = section(code);
        assertAll(
                () -> assertTrue(section.lines().findFirst().orElse("").length() > 10, "a title"),
                () -> assertTrue(section.contains("\n    " + code + "  "), "an example"),
                () -> assertTrue(section.contains("\n**What to do.** "), "what to do"),
                () ->
                        assertTrue(
                                section.indexOf("\n    " + code) > 40,
                                "a meaning before the example"));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void aCodeIsProvokedByATest(String code) {
        assertTrue(
                sources("src/test").anyMatch(text -> codesIn(text).contains(code)),
                "no test has " + code);
    }

    private static String section(String code) {
        String guide = Documents.text(GUIDE);
        int start = guide.indexOf("### " + code);
        int end = guide.indexOf("\n### ", start + 1);
        return guide.substring(start, end < 0 ? guide.length() : end);
    }

    private static Set<String> codesIn(String text) {
        Set<String> codes = new TreeSet<>();
        Matcher matcher = CODE.matcher(text);
        while (matcher.find()) {
            codes.add(matcher.group());
        }
        codes.remove(ALGORITHM);
        return codes;
    }

    /** Returns the Java sources below the folders of this name. */
    private static Stream<String> sources(String folder) {
        Predicate<Path> wanted =
                path ->
                        path.toString().endsWith(".java")
                                && Distribution.ROOT
                                        .relativize(path)
                                        .toString()
                                        .contains("/" + folder + "/");
        try (Stream<Path> paths = Files.walk(Distribution.ROOT)) {
            return paths
                    .filter(path -> !path.toString().matches(".*/(target|\\.git)/.*"))
                    .filter(wanted)
                    .map(Documents::text)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
