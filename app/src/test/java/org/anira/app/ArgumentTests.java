package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.console.Console;
import org.anira.app.console.ResultWriter;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Values of every option and argument of every command that are of another type than it takes. */
class ArgumentTests {

    private final StringWriter err = new StringWriter();
    private final CommandLine line =
            Anira.commandLine(
                    new Console(
                            new ResultWriter(new StringWriter()),
                            new PrintWriter(err),
                            false,
                            false));

    static Stream<Arguments> wrongValues() {
        List<Arguments> all = new ArrayList<>();
        Anira.commandLine(
                        new Console(
                                new ResultWriter(new StringWriter()),
                                new PrintWriter(new StringWriter()),
                                false,
                                false))
                .getSubcommands()
                .forEach((command, each) -> {
                    for (ArgSpec argument : each.getCommandSpec().args()) {
                        for (String value : wrong(argument.auxiliaryTypes()[0])) {
                            all.add(Arguments.of(command, label(argument), value));
                        }
                    }
                });
        return all.stream();
    }

    private static String label(ArgSpec argument) {
        return argument.isOption() ? ((OptionSpec) argument).longestName() : argument.paramLabel();
    }

    private static List<String> wrong(Class<?> type) {
        if (type == Path.class) {
            return List.of("", "a\0b");
        }
        if (type.isEnum()) {
            return List.of("", "x", "tasks ");
        }
        return switch (type.getSimpleName()) {
            case "int", "Integer", "long", "Long" ->
                    List.of(
                            "",
                            "x",
                            "1.5",
                            "1e3",
                            "0x10",
                            "+",
                            "99999999999999999999",
                            "-99999999999999999999",
                            "null",
                            "NaN");
            case "double", "Double" -> List.of("", "x", "1,5", "null");
            case "boolean", "Boolean" -> List.of("x", "1");
            default -> List.of();
        };
    }

    @ParameterizedTest(name = "{0} {1} \"{2}\"")
    @MethodSource("wrongValues")
    void isToldWithWhatIsExpected(String command, String label, String value) throws Exception {
        List<String> words = new ArrayList<>(List.of(command));
        CommandLine sub = line.getSubcommands().get(command);
        if (label.startsWith("-")) {
            words.add(label + "=" + value);
        } else {
            sub.getCommandSpec().positionalParameters().stream()
                    .takeWhile(each -> !each.paramLabel().equals(label))
                    .forEach(before -> words.add(before.type().isEnum() ? "task" : "x"));
            words.add(value);
        }

        ParameterException wrong = parse(words.toArray(String[]::new));
        int code = line.getParameterExceptionHandler().handleParseException(wrong, null);

        assertEquals(ExitCode.USAGE, code);
        String told =
                "CFG-007  %s is '%s', expected ".formatted(label, value.replace("\0", "\\u0000"));
        assertAll(
                () -> assertTrue(err.toString().startsWith(told), err.toString()),
                () -> assertFalse(err.toString().matches("(?s).*(java|Exception).*"), told));
    }

    private ParameterException parse(String... words) {
        try {
            line.parseArgs(words);
            throw new AssertionError(String.join(" ", words) + " was taken");
        } catch (ParameterException e) {
            return e;
        }
    }

    @Test
    void aNumberThatIsTooLargeIsToldWithTheLargest() {
        assertTrue(
                Outcome.of("generate", "r", "--n", "2147483648")
                        .err()
                        .startsWith(
                                "CFG-007  --n is '2147483648', expected a whole number (at most"
                                        + " 2147483647).\n"));
    }

    @Test
    void anArgumentThatBeginsWithAnAtSignIsTakenAsItIs() {
        assertTrue(
                Outcome.of("validate", "@pom.xml")
                        .err()
                        .startsWith("CFG-004  There is no experiment file or preset '@pom.xml'."));
    }
}
