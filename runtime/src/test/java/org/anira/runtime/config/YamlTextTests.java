package org.anira.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.anira.api.SettingsException;
import org.anira.api.task.CounterRandom;
import org.anira.runtime.config.YamlText.Content;
import org.anira.runtime.config.YamlText.Leaf;
import org.anira.runtime.run.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Any text is read or refused soon; what is written reads back, with YAML 1.1 too. */
class YamlTextTests {

    /** Far more than any of these takes: one that hangs is ended. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final int MOST_SAID = 1000;

    private static String lines(int count, String line) {
        return IntStream.range(0, count).mapToObj(line::formatted).collect(Collectors.joining());
    }

    /** Returns mappings or lists, each of which has the one before it twice. */
    private static String bomb(int levels, String form) {
        return "a0: &a0 {x: 1}\n"
                + IntStream.rangeClosed(1, levels)
                        .mapToObj(i -> "a%d: &a%d ".formatted(i, i) + form.formatted(i - 1, i - 1))
                        .collect(Collectors.joining());
    }

    static Stream<Arguments> troublesome() {
        return Stream.of(
                Arguments.of("flow lists", "name: " + "[".repeat(10_000)),
                Arguments.of("flow mappings", "{a: ".repeat(10_000)),
                Arguments.of("block lists", "- ".repeat(10_000) + "a"),
                Arguments.of("complex keys", "? ".repeat(10_000)),
                Arguments.of(
                        "block mappings",
                        IntStream.range(0, 1000)
                                .mapToObj(i -> " ".repeat(i) + "a:\n")
                                .collect(Collectors.joining())),
                Arguments.of("aliases", bomb(25, "{x: *a%d, y: *a%d}\n")),
                Arguments.of("merges", bomb(24, "{<<: *a%d, z: *a%d}\n")),
                Arguments.of(
                        "a chain of aliases",
                        "a0: &a0 {x: 1}\n"
                                + IntStream.range(0, 45)
                                        .mapToObj(i ->
                                                "a%d: &a%d {x: *a%d}\n".formatted(i + 1, i + 1, i))
                                        .collect(Collectors.joining())),
                Arguments.of("many values", lines(20_000, "k%d: 1\n")),
                Arguments.of("a long text", "name: " + "a".repeat(1 << 21)),
                Arguments.of("a long key", "? \"" + "k".repeat(100_000) + "\"\n: 1\n"),
                Arguments.of("a long number", "seed: " + "9".repeat(900_000)),
                Arguments.of("a long hexadecimal", "seed: 0x" + "f".repeat(900_000)),
                Arguments.of("a long alias", "seed: *" + "q".repeat(100_000)),
                Arguments.of("a key that is a list", "? [a, b]\n: 1\n"),
                Arguments.of("a key that is an alias", "x: &a [1]\n? *a\n: 1\n"),
                Arguments.of("two documents", "seed: 1\n---\nseed: 2\n"),
                Arguments.of("another version", "%YAML 2.0\n---\nseed: 1\n"),
                Arguments.of("no character", "name: a\0b\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("troublesome")
    void refusesTroubleSoonAndInFewWords(String what, String yaml) {
        SettingsException e =
                assertTimeoutPreemptively(
                        SOON,
                        () ->
                                assertThrows(
                                        SettingsException.class,
                                        () -> YamlText.read("a.yaml", yaml)));
        assertEquals("CFG-005", e.code());
        assertTrue(e.getMessage().length() < MOST_SAID, e.getMessage());
        assertFalse(e.getMessage().contains("Exception"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!!java.net.URL x",
                "!!binary aGVsbG8=",
                "!!set {a, b}",
                "!!int abc",
                "!!float abc",
                "!!bool maybe",
                "!!null abc",
                "!!str {a: 1}",
                "!!seq x",
                "!!map x",
                "!foo bar",
                "!!int \"\"",
                "!!int 0xZZ",
                "!!int 1e3",
                "!!float \"\"",
                "!!omap [a: 1]",
                "!!timestamp 2001-01-01",
                "!!python/object:os.system x",
                "!<tag:yaml.org,2002:int> x"
            })
    void refusesATagThatMeansNothing(String value) {
        SettingsException e =
                assertThrows(
                        SettingsException.class,
                        () -> YamlText.read("a.yaml", "name: a\nseed: " + value + "\n"));
        assertEquals("CFG-005", e.code());
        assertTrue(
                e.getMessage()
                        .matches(
                                "a.yaml:2:[0-9]+ not valid YAML: the tag '.*' means nothing"
                                        + " here; write the value without it"),
                e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"!!str 5", "'5'", "\"5\"", "&a 5", "!!int 5", "+5", "0x5", "0o5"})
    void takesAllFormsOfOneValue(String value) {
        Object read = ((Content.Scalar) only("seed: " + value).value()).value();
        assertEquals("5", read.toString());
    }

    @Test
    void takesAMarkOfByteOrderAndAliasesAndMerges() {
        List<Leaf> leaves =
                YamlText.read(
                        "a.yaml", "\ufeffx: &x {width: 64}\nmodel:\n  <<: *x\n  heads: 2\ny: *x\n");
        assertEquals(
                List.of("x.width", "model.heads", "model.width", "y.width"),
                leaves.stream().map(Leaf::path).toList());
    }

    @Test
    void saysWhereACharacterIsThatMayNotBe() {
        SettingsException e =
                assertThrows(
                        SettingsException.class,
                        () -> YamlText.read("a.yaml", "name: ä\r\nseed: \u0007\n"));
        assertEquals(
                "a.yaml:2:7 not valid YAML: the character U+0007 is not allowed", e.getMessage());
    }

    @Test
    void saysWhereAByteIsThatIsNoText(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a.yaml");
        Files.write(file, new byte[] {'a', ':', ' ', '1', '\n', 'b', ':', ' ', (byte) 0xe9});
        SettingsException e = assertThrows(SettingsException.class, () -> Draft.read(file));
        assertEquals("CFG-005", e.code());
        assertEquals("%s:2:4 not UTF-8 text: byte e9".formatted(file), e.getMessage());
    }

    @Test
    void readsNoFileThatIsTooLargeForAnExperiment(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a.yaml");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 31);
        }
        SettingsException e =
                assertTimeoutPreemptively(
                        SOON, () -> assertThrows(SettingsException.class, () -> Draft.read(file)));
        assertEquals("CFG-005", e.code());
        assertEquals(
                "%s is larger than 1048576 bytes, the most that an experiment may have"
                        .formatted(file),
                e.getMessage());
    }

    @Test
    void readsNoDevice() {
        Path device = Path.of("/dev/zero");
        assumeTrue(Files.exists(device), "there is no /dev/zero here");
        SettingsException e =
                assertTimeoutPreemptively(
                        SOON,
                        () -> assertThrows(SettingsException.class, () -> Draft.read(device)));
        assertEquals("CFG-004", e.code());
        assertEquals("'/dev/zero' cannot be read: it is no regular file", e.getMessage());
    }

    private static Leaf only(String yaml) {
        List<Leaf> leaves = YamlText.read("a.yaml", yaml);
        assertEquals(1, leaves.size(), yaml);
        return leaves.getFirst();
    }

    /** Values that some reader takes for others, and some drawn ones. */
    private static Map<String, Object> values() {
        List<Object> nasty =
                List.of(
                        1e7,
                        1e-5,
                        1.5e300,
                        4.9e-324,
                        0.1,
                        -0.0,
                        1.0,
                        123456789.0,
                        0,
                        -7,
                        Long.MAX_VALUE,
                        true,
                        false,
                        "",
                        " ",
                        " a",
                        "a ",
                        "no",
                        "No",
                        "NO",
                        "yes",
                        "y",
                        "N",
                        "on",
                        "off",
                        "Off",
                        "true",
                        "FALSE",
                        "null",
                        "Null",
                        "~",
                        "=",
                        "<<",
                        ".5",
                        "5.",
                        "1e-3",
                        "1e3",
                        "1.0e+7",
                        "0o17",
                        "012",
                        "08",
                        "0x1f",
                        "0b11",
                        "1_000",
                        "1_000.5",
                        "12:30:00",
                        "12:30:00.5",
                        "1:2",
                        "2026-11-28",
                        "2026-11-28T10:00:00Z",
                        "+1",
                        "-1",
                        "-",
                        "--- a",
                        "...",
                        "- a",
                        "? a",
                        ": a",
                        "a: b",
                        "a:",
                        "a #b",
                        "#a",
                        "a,b",
                        "a, b",
                        "[a",
                        "{a",
                        "*a",
                        "&a",
                        "!a",
                        "%a",
                        "@a",
                        "`a",
                        "|",
                        ">",
                        "'",
                        "\"",
                        "\\",
                        "a'b",
                        "a\"b",
                        ".inf",
                        "-.INF",
                        ".nan",
                        "inf",
                        "nan",
                        "Infinity",
                        "\t",
                        "a\tb",
                        "a\nb",
                        "\n",
                        "\r\n",
                        "a\u0000b",
                        "\u001b[31m",
                        "\u007f",
                        "\u0085",
                        "a\u2028b",
                        "\u2029",
                        "\ufeff",
                        "\ufffe",
                        "\u00a0",
                        "ä",
                        "é",
                        "\ud83d\ude00",
                        "C:\\data\\x",
                        "/data/runs 1/x.txt",
                        "1-24",
                        "3,10,16",
                        "bfs, sorting",
                        "4-8; bfs 4-12",
                        "a  b",
                        "a".repeat(4000));
        Map<String, Object> values = new LinkedHashMap<>();
        nasty.forEach(value -> values.put("v" + values.size(), value));
        CounterRandom random = new CounterRandom(7, "yaml", 0);
        String letters = "019aeExXoOyYnN_-+.:#,' \"\\~=<&*!?|>%@`[]{}\n\t\r\u0001\u0085ä\u2028";
        for (int i = 0; i < 2000; i++) {
            StringBuilder text = new StringBuilder();
            for (int left = 1 + random.nextInt(8); left > 0; left--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            values.put("t" + i, text.toString());
            double number = Double.longBitsToDouble(random.nextLong());
            values.put("d" + i, Double.isFinite(number) ? number : 1.5);
            values.put("l" + i, random.nextLong());
        }
        return values;
    }

    private static String document(Map<String, Object> values) {
        return values.entrySet().stream()
                .map(each -> each.getKey() + ": " + YamlText.write(each.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    @Test
    void readsBackWhatItWrites() {
        values().forEach((key, value) -> {
            Content read = only(document(Map.of(key, value))).value();
            Object again = ((Content.Scalar) read).value();
            assertEquals(
                    value instanceof Number n && !(value instanceof Double) ? n.longValue() : value,
                    again instanceof Number n && !(again instanceof Double)
                            ? n.longValue()
                            : again);
        });
    }

    /** How PyYAML takes a scalar without quotes, from its resolver; anything else is a text. */
    private static final Map<String, Pattern> YAML_1_1 =
            Map.of(
                    "boolean",
                            Pattern.compile(
                                    "y|Y|n|N|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"),
                    "number",
                            Pattern.compile(
                                    "[-+]?(?:[0-9][0-9_]*)\\.[0-9_]*(?:[eE][-+][0-9]+)?"
                                            + "|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
                                            + "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*"
                                            + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)"),
                    "whole",
                            Pattern.compile(
                                    "[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)"
                                            + "|[-+]?0x[0-9a-fA-F_]+"
                                            + "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+"),
                    "other",
                            Pattern.compile(
                                    "<<|=|~|null|Null|NULL||[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?.*"));

    private static String kindIn11(String scalar) {
        return YAML_1_1.entrySet().stream()
                .filter(kind -> kind.getValue().matcher(scalar).matches())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("text");
    }

    @Test
    void writesWithoutQuotesWhatYaml11TakesForTheSame() {
        values().forEach((key, value) -> {
            String written = YamlText.write(value);
            boolean quoted = written.startsWith("'") || written.startsWith("\"");
            String kind =
                    switch (value) {
                        case Boolean _ -> "boolean";
                        case Double _ -> "number";
                        case Number _ -> "whole";
                        default -> "text";
                    };
            assertEquals(kind, quoted ? "text" : kindIn11(written), written);
            assertFalse(
                    written.codePoints().anyMatch(each -> "\n\r\u0085\u2028".indexOf(each) >= 0));
        });
    }

    @Test
    void pythonReadsWhatIsWritten(@TempDir Path folder) throws Exception {
        Map<String, Object> values = values();
        Path yaml = Files.writeString(folder.resolve("values.yaml"), document(values));
        Path json =
                Files.writeString(folder.resolve("values.json"), Json.document("values", values));
        String program =
                """
                import json, sys
                try:
                    import yaml
                except ImportError:
                    sys.exit(77)
                read = yaml.safe_load(open(sys.argv[1], encoding="utf-8", newline=""))
                wanted = json.load(open(sys.argv[2], encoding="utf-8"))
                del wanted["schema"]
                wrong = [(k, v, read.get(k)) for k, v in wanted.items()
                         if v != read.get(k) or type(v) is not type(read.get(k))]
                print(wrong[:5])
                sys.exit(1 if wrong or len(read) != len(wanted) else 0)
                """;
        Process python;
        try {
            python =
                    new ProcessBuilder("python3", "-c", program, yaml.toString(), json.toString())
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            assumeTrue(false, "there is no python3 here: what it reads is not tried");
            throw e;
        }
        String said = new String(python.getInputStream().readAllBytes());
        assertTrue(python.waitFor(60, TimeUnit.SECONDS), said);
        assumeTrue(python.exitValue() != 77, "python3 has no PyYAML: what it reads is not tried");
        assertEquals(0, python.exitValue(), said);
    }
}
