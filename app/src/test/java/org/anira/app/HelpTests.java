package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.console.Console;
import org.anira.app.console.ResultWriter;
import org.anira.app.preset.Presets;
import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code --help} says is there and true. */
class HelpTests {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private static CommandLine commandLine() {
        return Anira.commandLine(
                new Console(
                        new ResultWriter(new StringWriter()),
                        new PrintWriter(new StringWriter()),
                        false,
                        false));
    }

    static List<String> commands() {
        return commandLine().getSubcommands().keySet().stream()
                .filter(name -> !name.equals("help"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelp(String command) {
        Outcome help = Outcome.of(command, "--help");

        assertEquals(ExitCode.DONE, help.code(), help.err());
        assertTrue(help.out().startsWith("Usage: anira " + command), help.out());
        assertEquals("", help.err());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyHelpHasExitCodesAndExamples(String command) {
        String help = Outcome.of(command, "--help").out();

        assertTrue(help.contains("Exit codes:"), help);
        assertTrue(help.contains("  130 "), help);
        assertTrue(help.contains("Example"), help);
    }

    static Stream<String> examples() {
        List<String> texts = new ArrayList<>(List.of(Outcome.of("--help").out()));
        commands().forEach(command -> texts.add(Outcome.of(command, "--help").out()));
        return texts.stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("  anira "))
                .map(line -> line.strip().split(" {2,}")[0]);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyExampleIsACommand(String example) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(example.split(" > ")[0].substring("anira ".length()));
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2));
        }

        commandLine().parseArgs(words.toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void presetsInExamplesExist(String example) {
        Stream.of(example.split(" "))
                .filter(word -> word.matches("(clrs-text|mano|quickstart)-[a-z-]+"))
                .forEach(name -> assertTrue(Presets.summaries().containsKey(name), name));
    }

    @Test
    void theListOfCommandsIsComplete() {
        String help = Outcome.of("--help").out();

        commands().forEach(command -> assertTrue(help.contains("\n  " + command + " "), command));
    }

    /** The help of all is shown without reading the options of any. */
    @Test
    void theHelpIsThatOfTheWholeCommandLine() {
        assertEquals(commandLine().getUsageMessage(Ansi.OFF), Outcome.of("--help").out());
    }

    @Test
    void completionKnowsTheOptionsOfAllCommands() {
        String script = Outcome.of("completion").out();

        assertTrue(script.contains("--dry-run"), script);
        assertTrue(script.contains("--save-logits"), script);
    }

    @Test
    void helpOnACommandIsTheSame() {
        assertEquals(Outcome.of("train", "--help").out(), Outcome.of("help", "train").out());
    }

    @Test
    void whatIsNotForPeopleIsHidden() {
        assertFalse(Outcome.of("doctor", "--help").out().contains("--probe"));
    }

    @Test
    void theVersionNamesTheApiAndJava() {
        Outcome version = Outcome.of("--version");

        assertEquals(ExitCode.DONE, version.code());
        assertTrue(version.out().contains("api   0.1"), version.out());
        assertTrue(version.out().contains(Runtime.version().toString()), version.out());
    }
}
