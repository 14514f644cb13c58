package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.app.process.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong usage ends with 2, names what is wrong and where to read more, and writes no result. */
class UsageTests {

    private static void refused(Outcome outcome, String message) {
        assertEquals(ExitCode.USAGE, outcome.code());
        assertEquals("", outcome.out());
        assertEquals(message, outcome.err().replace("\r", ""));
    }

    @ParameterizedTest(name = "anira {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                     | anira            | No command is given.
                    trian                                  | anira            | Unmatched argument at index 0: 'trian'. Did you mean 'train'?
                    help trian                             | anira            | Unknown subcommand 'trian'. Did you mean 'train'?
                    --quite train                          | anira            | Unknown option: '--quite'. Did you mean '--quiet'?
                    train x --haltin y                     | anira train      | Unknown option: '--haltin'. Did you mean '--halting'?
                    train --checkpoint 3 x                 | anira train      | --checkpoint goes with --resume.
                    train --resume r --checkpoint three    | anira train      | --checkpoint is 'three', expected a whole number.
                    train --resume r x                     | anira train      | --resume takes all settings from the run; leave out experiment, settings and --out.
                    train --resume r --out x               | anira train      | --resume takes all settings from the run; leave out experiment, settings and --out.
                    train --resume                         | anira train      | Missing required parameter for option '--resume' (RUN).
                    eval                                   | anira eval       | Missing required parameter: 'MODEL'.
                    eval r --checkpoint x                  | anira eval       | --checkpoint is 'x', expected a whole number.
                    eval r --sample 3                      | anira eval       | Unknown option: '--sample'. Did you mean '--samples'?
                    eval r --depths-from x                 | anira eval       | --depths-from goes with --save-logits.
                    generate                               | anira generate   | Missing required parameter: 'MODEL'.
                    generate r --prompts x                 | anira generate   | Unknown option: '--prompts'. Did you mean '--prompt'?
                    generate r --n x                       | anira generate   | --n is 'x', expected a whole number.
                    generate r --n 0                       | anira generate   | --n is 0, expected 1 to 1000000.
                    generate r --n 2147483647              | anira generate   | --n is 2147483647, expected 1 to 1000000.
                    generate r --n 99999999999             | anira generate   | --n is '99999999999', expected a whole number (at most 2147483647).
                    sample mano --seed x                   | anira sample     | --seed is 'x', expected a whole number (0 to 9223372036854775807).
                    generate r --max-tokens 0              | anira generate   | --max-tokens is 0, expected a whole number (at least 1).
                    generate r --prompt + --n 2            | anira generate   | --prompt excludes what says which prompts to draw: --task, --n, AXIS=VALUE, and --seed without --temperature.
                    generate r --checkpoint x              | anira generate   | --checkpoint is 'x', expected a whole number.
                    export r                               | anira export     | Missing required option: '--out=FILE'.
                    export --out x                         | anira export     | Missing required parameter: 'RUN'.
                    compare                                | anira compare    | Missing required parameter: 'RUN'.
                    compare r --ou x                       | anira compare    | Unknown option: '--ou'. Did you mean '--out'?
                    list                                   | anira list       | Missing required parameter: 'WHAT'.
                    list haltings                          | anira list       | WHAT is 'haltings', expected one of tasks, halting, backends, presets, runs. Did you mean 'halting'?
                    describe                               | anira describe   | Missing required parameters: 'KIND', 'NAME'.
                    describe halting                       | anira describe   | Missing required parameter: 'NAME'.
                    describe tsk mano                      | anira describe   | KIND is 'tsk', expected one of task, halting, backend, preset. Did you mean 'task'?
                    plugins extra                          | anira plugins    | Unmatched argument at index 1: 'extra'.
                    plugins --plugin x                     | anira plugins    | Unknown options: '--plugin', 'x'. Did you mean '--plugins'?
                    validate --jsn                         | anira validate   | Unknown option: '--jsn'. Did you mean '--json'?
                    doctor extra                           | anira doctor     | Unmatched argument at index 1: 'extra'.
                    bench extra                            | anira bench      | Unmatched argument at index 1: 'extra'.
                    bench --with 64                        | anira bench      | Unknown options: '--with', '64'. Did you mean '--width'?
                    bench --width 65                       | anira bench      | --width is 65, expected a multiple of 64 (64 to 65536).
                    bench --width wide                     | anira bench      | --width is 'wide', expected a whole number.
                    bench --mean-depth 7                   | anira bench      | --mean-depth is 7.0, expected a multiple of 0.5 (1 to --max-depth, 6).
                    bench --mean-depth deep                | anira bench      | --mean-depth is 'deep', expected a number.
                    bench --max-depth 0                    | anira bench      | --max-depth is 0, expected a whole number (1 to 256).
                    bench --batch 0                        | anira bench      | --batch is 0, expected a whole number (1 to 65536).
                    bench --length 0                       | anira bench      | --length is 0, expected a whole number (1 to 65536).
                    bench --threads 0                      | anira bench      | --threads is 0, expected a whole number (1 to 4096).
                    bench --rounds 0                       | anira bench      | --rounds is 0, expected a whole number (1 to 1000).
                    bench --seconds 0                      | anira bench      | --seconds is 0.0, expected a number above 0, at most 3600.
                    bench --seconds Infinity               | anira bench      | --seconds is Infinity, expected a number above 0, at most 3600.
                    bench --seconds NaN                    | anira bench      | --seconds is NaN, expected a number above 0, at most 3600.
                    bench --max-depth 2000000000           | anira bench      | --max-depth is 2000000000, expected a whole number (1 to 256).
                    bench --batch 65536 --length 65536     | anira bench      | --batch is 65536 and --length 65536, expected at most 16777216 tokens together.
                    bench --precision float16              | anira bench      | --precision is 'float16', expected one of float32, bfloat16. Did you mean 'bfloat16'?
                    bench --peer fast                      | anira bench      | --peer is 'fast', expected one of eager, compiled, graphs.
                    completion extra                       | anira completion | Unmatched argument at index 1: 'extra'.
                    quickstart --seed x                    | anira quickstart | --seed is 'x', expected a whole number (0 to 9223372036854775807).
                    quickstart --seed -1                   | anira quickstart | --seed is '-1', expected a whole number (0 to 9223372036854775807).
                    sample mano --seed 9223372036854775808 | anira sample     | --seed is '9223372036854775808', expected a whole number (0 to 9223372036854775807).
                    generate r --n 3000000000              | anira generate   | --n is '3000000000', expected a whole number (at most 2147483647).
                    quickstart extra                       | anira quickstart | Unmatched argument at index 1: 'extra'.
                    """)
    void wrongWords(String words, String command, String message) {
        refused(
                Outcome.of(words.isEmpty() ? new String[0] : words.split(" ")),
                "CFG-007  %s\n         More: %s --help\n".formatted(message, command));
    }

    @ParameterizedTest
    @ValueSource(strings = {"train --checkpoint 5", "train", "train seed=3", "describe halting"})
    void missingArguments(String line) {
        Outcome outcome = Outcome.of(line.split(" "));

        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(outcome.err().startsWith("CFG-007  "), outcome.err());
        assertTrue(outcome.err().contains("More: anira " + line.split(" ")[0]), outcome.err());
    }

    @Test
    void yamlAndJsonExcludeEachOther() {
        refused(
                Outcome.of("describe", "preset", "mano-fixed", "--yaml", "--json"),
                "CFG-007  --yaml and --json exclude each other.\n"
                        + "         More: anira describe --help\n");
    }

    @Test
    void anUnknownPresetNamesTheNearest() {
        Outcome outcome = Outcome.of("train", "mano-anira-p");

        assertEquals(ExitCode.USAGE, outcome.code());
        assertTrue(
                outcome.err()
                        .startsWith(
                                "CFG-004  There is no experiment file or preset 'mano-anira-p'. Did"
                                        + " you mean 'mano-anira-"),
                outcome.err());
    }
}
