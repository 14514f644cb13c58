package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * What is typed wrong on the command line, or stands wrong in an experiment file. Of what the
 * command line's own tests try in their process, here is one of each kind.
 */
class WrongUsageTests {

    @TempDir private Path folder;

    private App app;
    private SortedMap<String, String> before;

    @BeforeEach
    void anEmptyFolder() {
        app = App.in(folder);
        before = Folder.contents(folder);
    }

    /** Whatever is wrong, it is found before anything is written. */
    @AfterEach
    void nothingIsWritten() {
        assertEquals(before, Folder.contents(folder));
    }

    @ParameterizedTest(name = "anira {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                                     | anira            | No command is given.
                    trian                                  | anira            | Unmatched argument at index 0: 'trian'. Did you mean 'train'?
                    train --resume r --out x               | anira train      | --resume takes all settings from the run; leave out experiment, settings and --out.
                    eval r --sample 3                      | anira eval       | Unknown option: '--sample'. Did you mean '--samples'?
                    export r                               | anira export     | Missing required option: '--out=FILE'.
                    list haltings                          | anira list       | WHAT is 'haltings', expected one of tasks, halting, backends, presets, runs. Did you mean 'halting'?
                    bench --width 65                       | anira bench      | --width is 65, expected a multiple of 64 (64 to 65536).
                    """)
    void wrongWords(String words, String command, String message) {
        app.fail(
                2,
                "CFG-007  %s\n         More: %s --help".formatted(message, command),
                words.isEmpty() ? new String[0] : words.split(" "));
    }

    @ParameterizedTest
    @CsvSource({"train", "validate"})
    void noExperiment(String command) {
        app.fail(
                2,
                "CFG-007  An experiment file or preset is missing before the settings; presets: anira list presets.\n         More: anira %s --help"
                        .formatted(command),
                command,
                "model.width=64");
    }

    @ParameterizedTest
    @CsvSource({"train", "validate"})
    void anExperimentThatIsNowhere(String command) {
        app.fail(
                2,
                "CFG-004  There is no experiment file or preset 'mano-anira-x'. Did you mean"
                        + " 'mano-anira-e'?\n"
                        + "         Presets: anira list presets",
                command,
                "mano-anira-x");
    }

    @Test
    void aPresetThatIsNowhere() {
        app.fail(
                2,
                "CFG-004  There is no preset 'mano-fixd'. Did you mean 'mano-fixed'?\n"
                        + "         Presets: anira list presets",
                "describe",
                "preset",
                "mano-fixd");
    }

    @ParameterizedTest(name = "anira {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    eval nowhere                    | RUN-003  There is no run folder 'nowhere'. There is no run in '.' either. Start one with 'anira train'.
                    eval .                          | RUN-003  '.' is no run folder: it has no 'status.json'. There is no run in '.' either. Start one with 'anira train'.
                    generate nowhere                | RUN-003  There is no run folder 'nowhere'. There is no run in '.' either. Start one with 'anira train'.
                    generate .                      | RUN-003  '.' is no run folder: it has no 'status.json'. There is no run in '.' either. Start one with 'anira train'.
                    export nowhere --out x          | RUN-003  There is no run folder 'nowhere'. There is no run in '.' either. Start one with 'anira train'.
                    compare nowhere                 | RUN-003  There is no run folder 'nowhere'. There is no run in '.' either. Start one with 'anira train'.
                    compare .                       | RUN-003  '.' is no run folder: it has no 'status.json'. There is no run in '.' either. Start one with 'anira train'.
                    train --resume nowhere          | RUN-003  There is no run folder 'nowhere'. There is no run in '.' either. Start one with 'anira train'.
                    train --resume .                | RUN-003  '.' is no run folder: it has no 'status.json'. There is no run in '.' either. Start one with 'anira train'.
                    """)
    void noRun(String words, String message) {
        app.fail(4, message, words.split(" "));
    }

    @ParameterizedTest(name = "anira {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    describe halting anira-on | PLG-001  Unknown halting mechanism 'anira-on'. Did you mean 'anira-o'?#Available: anira-e, anira-o, fixed. More: anira list halting
                    describe task mna         | PLG-001  Unknown task 'mna'. Did you mean 'mano'?#Available: brevo, clrs-text, depo, lano, mano. More: anira list tasks
                    describe backend tensor   | PLG-001  Unknown backend 'tensor'.#Available: djl, onnx, torch. More: anira list backends
                    validate quickstart-anira-e --halting anira-on | PLG-001  option '--halting anira-on': Unknown halting mechanism 'anira-on'. Did you mean 'anira-o'?#Available: anira-e, anira-o, fixed. More: anira list halting
                    train quickstart-anira-e --task mna            | PLG-001  option '--task mna': Unknown task 'mna'. Did you mean 'mano'?#Available: brevo, clrs-text, depo, lano, mano. More: anira list tasks
                    train quickstart-anira-e --backend djk         | PLG-001  option '--backend djk': Unknown backend 'djk'. Did you mean 'djl'?#Available: djl, onnx, torch. More: anira list backends
                    bench --backend djk                            | PLG-001  Unknown backend 'djk'. Did you mean 'djl'?#Available: djl, onnx, torch. More: anira list backends
                    plugins --plugins nowhere                      | PLG-013  Plug-in directory 'nowhere' does not exist. Name a directory that holds plug-in jars or folders.
                    train x --plugins nowhere                      | PLG-013  Plug-in directory 'nowhere' does not exist. Name a directory that holds plug-in jars or folders.
                    """)
    void noPlugin(String words, String message) {
        app.fail(3, message.replace("#", "\n         "), words.split(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    model.widht=64             | CFG-001  override 'model.widht=64': unknown key 'model.widht'. Did you mean 'model.width'?
                    halting.options.temp=3     | CFG-001  override 'halting.options.temp=3': unknown key 'halting.options.temp'. Did you mean 'halting.options.temperature'?
                    model.width=wide           | CFG-003  override 'model.width=wide': 'model.width' is 'wide', expected a whole number (8 to 65536)
                    model.width                | CFG-006  'model.width' is not of the form key.path=value, such as model.width=64
                    """)
    void wrongSettings(String assignment, String message) {
        app.fail(2, message, "train", "quickstart-anira-e", assignment);
    }

    @Test
    void severalWrongSettingsAreShownTogether() {
        app.fail(
                2,
                """
                CFG-002  preset quickstart-anira-e: 3 problems:
                         override 'sed=1': unknown key 'sed'. Did you mean 'seed'?
                         override 'model.width=x': 'model.width' is 'x', expected a whole number (8 to 65536)
                         override 'training.steps=0': 'training.steps' is 0, expected a whole number (1 to 2147483647)
                """,
                "validate",
                "quickstart-anira-e",
                "sed=1",
                "model.width=x",
                "training.steps=0");
    }

    @ParameterizedTest(name = "anira eval … {0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --require=accuracy        | CFG-007  --require is 'accuracy', expected one of accuracy, depth, expected-depth, cross-entropy, then >=, <=, > or < and a number, such as accuracy>=0.99
                    --require=acuracy>=0.5    | CFG-007  Nothing called 'acuracy' is measured. Did you mean 'accuracy'?#Measured: accuracy, depth, expected-depth, cross-entropy
                    --require=accuracy>=1e    | CFG-007  '1e' in --require 'accuracy>=1e' is not a finite number
                    """)
    void wrongRequirements(String option, String message) {
        app.fail(2, message.replace("#", "\n         "), "eval", "run", option);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    'model: [1, 2'                     | CFG-005  mine.yaml:1:13 not valid YAML: while parsing a flow sequence, expected ',' or ']', but got <stream end>
                    'seed: 1#  model: x'               | CFG-005  mine.yaml:2:8 not valid YAML: mapping values are not allowed here
                    'seed: 1#%x'                       | CFG-005  mine.yaml:2:1 not valid YAML: expected '<document end>' before directives, but found '<directive>'
                    'seed: one'                        | CFG-002  mine.yaml: 4 problems:#mine.yaml:1:7 'seed' is 'one', expected a whole number (0 to 9223372036854775807)#mine.yaml:1:1 'task.name' is missing, expected the name of a task. See: anira list tasks#mine.yaml:1:1 'halting.name' is missing, expected the name of a halting mechanism. See: anira list halting#mine.yaml:1:1 'backend.name' is missing, expected the name of a backend. See: anira list backends
                    """)
    void wrongFiles(String text, String message) throws IOException {
        file(text.replace("#", "\n"));
        app.fail(2, message.replace("#", "\n         "), "validate", "mine.yaml");
    }

    @Test
    void aWrongKeyInAFileIsShownWithLineAndColumn() throws IOException {
        file(
                app.succeed("describe", "preset", "quickstart-anira-e")
                        .output()
                        .replace("  mlp:", "  mpl:"));
        List<String> lines = Documents.text(folder.resolve("mine.yaml")).lines().toList();
        app.fail(
                2,
                "CFG-001  mine.yaml:%d:3 unknown key 'model.mpl'. Did you mean 'model.mlp'?"
                        .formatted(lines.indexOf("  mpl: 256") + 1),
                "train",
                "mine.yaml");
    }

    @Test
    void aKeyThatIsGivenTwiceIsShownWithBothPlaces() throws IOException {
        file(
                app.succeed("describe", "preset", "quickstart-anira-e").output()
                        + "seed: 1\nseed: 2\n");
        long last = Documents.text(folder.resolve("mine.yaml")).lines().count();
        app.fail(
                2,
                "CFG-003  mine.yaml:%d:1 'seed' is given a second time, after mine.yaml:%d"
                        .formatted(last, last - 1),
                "validate",
                "mine.yaml");
    }

    @Test
    void aFolderForAnExperiment() throws IOException {
        Files.createDirectory(folder.resolve("experiments"));
        before = Folder.contents(folder);
        app.fail(
                2, "CFG-004  'experiments' cannot be read: it is a folder", "train", "experiments");
    }

    @Test
    void aRunFolderForAnExperiment() {
        Tiny.copyTrained(folder.resolve("run"));
        before = Folder.contents(folder);
        app.fail(
                2,
                """
                CFG-004  'run' is a run folder, expected an experiment file or preset.
                         To continue it: anira train --resume run
                         To repeat it: anira train run/config.yaml
                """,
                "train",
                "run");
    }

    @Test
    void aRunFolderThatExists() {
        Tiny.copyTrained(folder.resolve("run"));
        before = Folder.contents(folder);
        app.fail(
                4,
                "RUN-001  Run folder 'run' exists. Continue with 'anira train --resume run' or"
                        + " choose another name.",
                Tiny.train("--out", "run"));
    }

    @Test
    void aQuickstartFolderThatExists() throws IOException {
        Files.createDirectory(folder.resolve("mine"));
        before = Folder.contents(folder);
        app.fail(
                4,
                "RUN-001  'mine' exists, and nothing is overwritten. Choose another name.",
                "quickstart",
                "--out",
                "mine");
    }

    @Test
    void aComparisonInThePlaceOfSomethingElse() {
        Tiny.copyTrained(folder.resolve("run"));
        before = Folder.contents(folder);
        Child child = app.run("compare", "run", "--out", "run");
        assertEquals(4, child.exit(), child.errors());
        assertTrue(
                child.errors()
                        .startsWith(
                                "RUN-001  Folder 'run' exists and holds something other than a"
                                        + " comparison, such as '"),
                child.errors());
    }

    @Test
    void aComparisonThatWouldLoseSomebodysNotes() throws IOException {
        Tiny.copyTrained(folder.resolve("run"));
        app.succeed("compare", "run");
        Files.writeString(folder.resolve("comparison/notes.txt"), "mine");
        before = Folder.contents(folder);
        app.fail(
                4,
                "RUN-001  Folder 'comparison' holds an earlier comparison, and 'notes.txt', which"
                        + " is not part of it and would be lost. Move that file, or choose another"
                        + " name.",
                "compare",
                "run");
    }

    @Test
    void aRunThatIsNamedTwiceCountsOnce() {
        Tiny.copyTrained(folder.resolve("run"));
        Child child = app.succeed("compare", "run", "./run");
        assertTrue(child.output().contains("anira-e      1  16  "), child::output);
        before = Folder.contents(folder);
    }

    private void file(String text) throws IOException {
        Files.writeString(folder.resolve("mine.yaml"), text);
        before = Folder.contents(folder);
    }
}
