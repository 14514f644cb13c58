package org.anira.task.lano;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.anira.api.DataException;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.task.Axis;
import org.anira.api.task.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class LanoProviderTests {

    private static final LanoProvider PROVIDER = new LanoProvider();

    @TempDir private Path folder;

    static LanoTask task(String grammar) {
        return (LanoTask)
                PROVIDER.create(
                        Settings.of(
                                "task.options", PROVIDER.options(), Map.of("grammar", grammar)));
    }

    @Test
    void theDefaultIsCfg3b() {
        LanoTask task =
                (LanoTask) PROVIDER.create(Settings.of("options", PROVIDER.options(), Map.of()));
        assertEquals(List.of(new Axis.Values("grammar", "grammar", List.of("cfg3b"))), task.axes());
        assertEquals(List.of(Point.of("grammar", "cfg3b")), task.grid());
        assertEquals(434, task.longest());
        assertEquals(
                List.of("PAD", "BOS", "EOS", "1", "2", "3"),
                IntStream.range(0, task.vocabulary().size())
                        .mapToObj(task.vocabulary()::text)
                        .toList());
        assertTrue(
                task.description().endsWith("begins:\nBOS 3 2 3 2 1 3 1 3 2 3 1 3 2 1\n"),
                task.description());
    }

    /** The table of the nine grammars: levels, rules, those of length 2, lengths of sentences. */
    @ParameterizedTest
    @CsvSource({
        "cfg3b,  6,  32,  11, 138, 432", "cfg3i,  6,  32,  15, 114, 564",
        "cfg3h,  6,  39,  20,  97, 459", "cfg3g,  6,  48,  25,  80, 729",
        "cfg3f,  6,  54,  26,  64, 729", "cfg3j,  7,  57,  30, 128, 2052",
        "cfg3k,  7,  68,  33, 132, 1458", "cfg3e1, 6, 444, 234,  66, 557",
        "cfg3e2, 6, 228, 114,  82, 645"
    })
    void grammarsAreThePublishedOnes(
            String name, int depth, int rules, int pairs, int shortest, int longest)
            throws IOException {
        Grammar grammar = LanoProvider.builtIn(name);
        assertEquals(depth, grammar.depth());
        assertEquals(shortest, grammar.shortest());
        assertEquals(longest, grammar.longest());
        String text =
                new String(
                        LanoProvider.class
                                .getResourceAsStream("grammars/" + name + ".grammar")
                                .readAllBytes());
        List<String> all =
                text.lines()
                        .filter(line -> line.contains("->"))
                        .flatMap(line -> List.of(line.split("->")[1].split("\\|")).stream())
                        .map(String::strip)
                        .toList();
        assertEquals(rules, all.size());
        assertEquals(pairs, all.stream().filter(rule -> rule.split(" ").length == 2).count());
        if (!name.equals("cfg3e1")) { // 13 symbols of it are never reached
            assertEquals(rules, grammar.ruleCount());
        }
    }

    @Test
    void aGrammarMayComeFromAFile() throws IOException {
        Path file = folder.resolve("twins.grammar");
        Files.writeString(
                file,
                """
                # two levels
                terminals: left right   # their order

                S -> A B | B A | A A A
                A -> left right | right left
                B -> right right
                """);
        LanoTask task = task(file.toString());
        assertEquals(List.of(Point.of("grammar", "twins")), task.grid());
        assertEquals(8, task.longest());
        assertEquals("right", task.vocabulary().text(4));
    }

    @Test
    void anUnknownGrammarIsRefused() {
        SettingsException problem = assertThrows(SettingsException.class, () -> task("cfg3bb"));
        assertEquals("CFG-003", problem.code());
        assertEquals(List.of("grammar"), problem.settings());
        assertEquals(
                """
                Task lano: 'grammar' is 'cfg3bb', which is neither built in nor a file. Did you mean 'cfg3b'?
                Built in: cfg3b, cfg3e1, cfg3e2, cfg3f, cfg3g, cfg3h, cfg3i, cfg3j, cfg3k\
                """,
                problem.getMessage());
        assertThrows(SettingsException.class, () -> task(folder.toString()));
        assertThrows(SettingsException.class, () -> task("a\0b"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '%',
            quoteCharacter = '~',
            textBlock =
                    """
                    S -> a b                                                % there is no line 'terminals: …'
                    terminals: a b                                          % there are no rules
                    terminals: a a                                          % line 1: terminal 'a' is listed twice
                    terminals:                                              % line 1: no terminals are listed
                    terminals: a;terminals: b                               % line 2: terminals are listed twice
                    terminals: a EOS                                        % line 1: 'EOS' is a token of every task
                    terminals: a;S = a                                      % line 2: expected 'X -> Y Z | …' or 'terminals: …'
                    terminals: a;S T -> a                                   % line 2: one symbol stands before '->', here are 2
                    terminals: a b;S -> a b |                               % line 2: a rule of 'S' is empty
                    terminals: a b;S -> a b | a b                           % line 2: 'S' has the rule 'a b' twice
                    terminals: a b;S -> a b;S -> b a                        % line 3: 'S' has a line already; join them with '|'
                    terminals: a b;S -> a b;a -> b                          % terminal 'a' has rules
                    terminals: a b;S -> A A;A -> a X                        % it cannot terminate: 'X' has no rules and is no terminal
                    terminals: a b;S -> A B;A -> a b | B;B -> b A           % it need not terminate, and is not layered: 'A' leads back to itself, 'A -> B -> A'
                    terminals: a b;S -> A a;A -> a b                        % it is not layered: terminal 'a' and nonterminals are at level 1
                    terminals: a b;S -> A B;A -> B B;B -> a b               % it is not layered: 'B' is at level 1 and at level 2; all rules of one level lead to the next
                    """)
    void whatIsNoLayeredGrammarIsRefused(String text, String expected) throws IOException {
        Path file = folder.resolve("broken.grammar");
        Files.writeString(file, text.replace(";", "\n"));
        DataException problem = assertThrows(DataException.class, () -> task(file.toString()));
        assertEquals("DAT-001", problem.code());
        assertEquals(
                "Grammar file '%s' cannot be used: %s. Correct it, or choose another grammar."
                        .formatted(file, expected),
                problem.getMessage());
    }

    @Test
    void aLongWayBackIsCut() throws IOException {
        String rules =
                IntStream.range(0, 90)
                        .mapToObj(i -> "%0100d -> %0100d%n".formatted(i, (i + 1) % 90))
                        .collect(Collectors.joining());
        Path file = folder.resolve("circle.grammar");
        Files.writeString(file, "terminals: a\n" + rules);
        DataException problem = assertThrows(DataException.class, () -> task(file.toString()));
        assertTrue(problem.getMessage().length() < 1000, problem.getMessage());
    }

    @Test
    void sentencesHaveALimit() throws IOException {
        StringBuilder text = new StringBuilder("terminals: a\n");
        for (int level = 0; level < 17; level++) {
            String next = level == 16 ? "a" : "N" + (level + 1);
            text.append("N%d -> %s %s\n".formatted(level, next, next));
        }
        Path file = folder.resolve("long.grammar");
        Files.writeString(file, text);
        assertTrue(
                assertThrows(DataException.class, () -> task(file.toString()))
                        .getMessage()
                        .contains("a sentence may have 131072 symbols, more than 100000"));
        Files.writeString(
                file,
                text.append(text.substring(13).replace("N", "M").replace("a a", "N0 N0"))
                        .toString()
                        .replaceFirst("N0 ->", "R -> M0\nN0 ->"));
        assertTrue(
                assertThrows(DataException.class, () -> task(file.toString()))
                        .getMessage()
                        .contains("a sentence may have more than 2 000 000 000 symbols"));
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws IOException {
        Path file = folder.resolve("binary.grammar");
        Files.write(file, new byte[] {(byte) 0xC3, (byte) 0x28});
        assertTrue(refusal(file).contains("it is not UTF-8 text"), refusal(file));
    }

    @Test
    void aDeviceIsNotRead() {
        Path device = Path.of("/dev/zero");
        assumeTrue(Files.exists(device), "there is no /dev/zero here");
        assertTrue(refusal(device).contains("it is no regular file"), refusal(device));
    }

    private static String refusal(Path file) {
        DataException problem =
                assertTimeoutPreemptively(
                        Duration.ofSeconds(60),
                        () -> assertThrows(DataException.class, () -> task(file.toString())));
        assertEquals("DAT-001", problem.code());
        assertTrue(problem.getMessage().length() < 1000, problem.getMessage());
        return problem.getMessage();
    }

    static Stream<Arguments> excessive() {
        String chain =
                IntStream.range(0, 20_000)
                        .mapToObj(i -> "N%d -> N%d\n".formatted(i, i + 1))
                        .collect(Collectors.joining());
        return Stream.of(
                Arguments.of(
                        "terminals: a\n" + chain + "N20000 -> a\n",
                        "its rules are more than 100 levels deep"),
                Arguments.of(
                        "terminals: a\n" + chain + "N20000 -> N0\n",
                        "its rules are more than 100 levels deep"),
                Arguments.of("# " + "x".repeat(1 << 20), "it is larger than 1048576 bytes"),
                Arguments.of(
                        "terminals: a\nS ->" + " a".repeat(200_000),
                        "a rule of 'S' has 200000 symbols, more than 1000"),
                Arguments.of(
                        "terminals: " + "a".repeat(500_000),
                        "a symbol has 500000 characters, more than 100"),
                Arguments.of("terminals: a\007", "the symbol 'a\\u0007' has a control character"),
                Arguments.of(
                        "terminals: a b\nS ->" + " a".repeat(900) + " |" + " a".repeat(900),
                        "has the rule '"),
                Arguments.of(
                        "terminals:"
                                + IntStream.range(0, 50_000)
                                        .mapToObj(i -> " t" + i)
                                        .collect(Collectors.joining())
                                + "\nS ->"
                                + " t0".repeat(1000),
                        "it has 50001 symbols, and a sentence may have 1000; their product is more"
                                + " than 20000000"));
    }

    @ParameterizedTest
    @MethodSource("excessive")
    void whatExceedsABoundIsRefusedSoon(String text, String expected) throws IOException {
        Path file = folder.resolve("excessive.grammar");
        Files.writeString(file, text);
        assertTrue(refusal(file).contains(expected), refusal(file));
    }

    @Test
    void thousandsOfSymbolsAreTaken() throws IOException {
        Path file = folder.resolve("wide.grammar");
        String terminals =
                IntStream.range(0, 9_000).mapToObj(i -> "t" + i).collect(Collectors.joining(" "));
        String rules =
                IntStream.range(0, 9_000)
                        .mapToObj(i -> "A%d -> t%d\n".formatted(i, i))
                        .collect(Collectors.joining());
        Files.writeString(
                file,
                "\ufeffterminals: %s\nS -> %s\n%s"
                        .formatted(
                                terminals, terminals.replace('t', 'A').replace(" ", " | "), rules));
        assertEquals(3, task(file.toString()).longest());
    }
}
