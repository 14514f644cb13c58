package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Damaged copies of a file, always the same ones, and what a command may do when it meets one: say
 * so with a code and the exit code that belongs to it, soon, in words for people, and change
 * nothing. A copy whose damage does not matter may be taken.
 */
public final class Mutants {

    private static final int COUNT = 200;

    /** Far more than any command here takes: one that hangs is ended. */
    private static final Duration SOON = Duration.ofSeconds(30);

    private static final Pattern CODED = Pattern.compile("(?m)^(?!BUG)[A-Z]{3}-[0-9]{3}  \\S.*");

    /** Names and traces of Java, which mean nothing to a user. */
    private static final Pattern JAVA =
            Pattern.compile(
                    "\\b(?:javax?|jdk|sun|tools\\.jackson|org\\.(?:anira|snakeyaml))\\.[a-z]\\w*\\."
                            + "|\\w(?:Exception|Error)\\b|(?m)^\\s*at [\\w.$]+\\(");

    /** Content that parsers stumble over, whatever they parse. */
    private static final List<String> TROUBLE =
            List.of("null", "-1", "1e999", "99999999999999999999", "\"\"", "[", "}", "\u0000", "é");

    private final byte[] original;
    private final List<String> trouble;

    /**
     * Makes mutants of a file's content.
     *
     * @param words that mean something in its format, which may stand anywhere in a mutant
     */
    public Mutants(byte[] original, String... words) {
        this.original = original.clone();
        this.trouble = Stream.concat(TROUBLE.stream(), Stream.of(words)).toList();
    }

    /**
     * Puts each mutant in place of a file, runs a command, and holds it to what this class says;
     * the file has its former content afterwards.
     *
     * @param file takes each mutant in turn
     * @param watched a folder in which nothing but that file may change
     * @param codes the exit codes that may come, beside 0
     */
    public void hold(Path file, Path watched, Set<Integer> codes, String... command)
            throws IOException {
        hold(file, mutant -> mutant, watched, codes, outcome -> {}, command);
    }

    /**
     * Does the same with mutants of a part of a file.
     *
     * @param whole makes the file's content around a part
     * @param check what the outcome is held to beside
     */
    public void hold(
            Path file,
            UnaryOperator<byte[]> whole,
            Path watched,
            Set<Integer> codes,
            Consumer<Outcome> check,
            String... command)
            throws IOException {
        for (int number = 0; number < COUNT; number++) {
            Files.write(file, whole.apply(mutant(number)));
            SortedMap<Path, String> before = contents(watched);
            String which = "mutant %d of %s".formatted(number, file.getFileName());
            Outcome outcome = assertTimeoutPreemptively(SOON, () -> Outcome.of(command), which);
            String told = "%s: exit %d%n%s".formatted(which, outcome.code(), outcome.err());
            assertAll(
                    () -> assertEquals(before, contents(watched), which + " changed something"),
                    () -> assertTrue(outcome.code() == 0 || codes.contains(outcome.code()), told),
                    () ->
                            assertTrue(
                                    outcome.code() == 0 || CODED.matcher(outcome.err()).find(),
                                    told),
                    () -> assertFalse(JAVA.matcher(outcome.err()).find(), told),
                    () -> check.accept(outcome));
        }
        Files.write(file, whole.apply(original));
    }

    /** Returns a mutant: the original with one to four pieces of damage. */
    private byte[] mutant(int number) {
        CounterRandom random = new CounterRandom(11, "mutant", number);
        byte[] content = original;
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            content = damaged(content, random);
        }
        return content;
    }

    private byte[] damaged(byte[] content, CounterRandom random) {
        int from = random.nextInt(content.length + 1);
        int to = Math.min(content.length, from + 1 + random.nextInt(16));
        byte[] word = trouble.get(random.nextInt(trouble.size())).getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(6)) {
            case 0 -> flipped(content, from, random.nextInt(8));
            case 1 -> spliced(content, from, new byte[] {(byte) random.nextInt(256)}, to);
            case 2 -> spliced(content, from, new byte[0], to);
            case 3 -> spliced(content, from, word, random.nextBoolean() ? from : to);
            case 4 -> spliced(content, from, Arrays.copyOfRange(content, from, to), from);
            default -> Arrays.copyOf(content, Math.max(1, from));
        };
    }

    private static byte[] flipped(byte[] content, int at, int bit) {
        byte[] changed = content.clone();
        if (at < changed.length) {
            changed[at] ^= (byte) (1 << bit);
        }
        return changed;
    }

    /** Returns content with something in place of a part of it. */
    private static byte[] spliced(byte[] content, int from, byte[] between, int to) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.write(content, 0, from);
        result.writeBytes(between);
        result.write(content, to, content.length - to);
        return result.toByteArray();
    }

    /** Returns all that is in a folder, with what tells one content from another. */
    public static SortedMap<Path, String> contents(Path folder) throws IOException {
        SortedMap<Path, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                contents.put(
                        each,
                        Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)
                                ? Arrays.hashCode(Files.readAllBytes(each))
                                        + " "
                                        + Files.getLastModifiedTime(each)
                                : "no file");
            }
        }
        return contents;
    }
}
