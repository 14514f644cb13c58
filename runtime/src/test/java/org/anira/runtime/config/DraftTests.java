package org.anira.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.AniraException;
import org.anira.api.Option;
import org.anira.api.PluginException;
import org.anira.api.SettingsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class DraftTests {

    private static final String SMALLEST =
            """
            task: {name: sums}
            halting: {name: clock}
            backend: {name: engine}
            """;

    private static Experiment read(String yaml, String... overrides) {
        return resolve(yaml, overrides).experiment();
    }

    private static ResolvedExperiment resolve(String yaml, String... overrides) {
        Draft draft = Draft.read("train.yaml", yaml).with(List.of(overrides));
        return ResolvedExperiment.resolve(draft, new FakeProviders());
    }

    private static void assertFails(String expected, String yaml, String... overrides) {
        AniraException e = assertThrows(AniraException.class, () -> read(yaml, overrides));
        assertEquals(expected.stripTrailing(), e.code() + " " + e.getMessage());
    }

    @Test
    void fillsInDefaults() {
        Experiment experiment = read(SMALLEST);
        assertEquals("experiment", experiment.name());
        assertEquals(256, experiment.model().width());
        assertEquals(0.003, experiment.halting().gamma());
        assertEquals(
                List.of("least", "most", "prefix"),
                List.copyOf(experiment.task().options().keySet()));
    }

    @Test
    void takesTheFileOverTheDefaults() {
        Experiment experiment = read(SMALLEST + "model:\n  width: 64\n  norm-epsilon: 1e-6\n");
        assertEquals(64, experiment.model().width());
        assertEquals(1e-6, experiment.model().normEpsilon());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2147483647, 2147483648L, 4294967295L, 1L << 53 | 1, Long.MAX_VALUE})
    void takesSeedsOf64Bits(long seed) {
        Experiment experiment = read(SMALLEST, "seed=" + seed, "evaluation.seed=" + seed);
        assertEquals(seed, experiment.seed());
        assertEquals(seed, experiment.evaluation().seed());
        assertEquals(experiment, read(ExperimentYaml.of(experiment)));
    }

    @Test
    void namesAnOptionAsItWasTyped() {
        Draft draft =
                Draft.read("train.yaml", SMALLEST)
                        .assigning(List.of(Assignment.option("--seed", "evaluation.seed", "-1")));
        SettingsException e =
                assertThrows(
                        SettingsException.class,
                        () -> ResolvedExperiment.resolve(draft, new FakeProviders()));
        assertEquals(
                "option '--seed -1': 'evaluation.seed' is -1, expected a whole number (0 to"
                        + " 9223372036854775807)",
                e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"012", "1e3", "0x10", "1.0", "12345678901234567890"})
    void takesATextOfDigitsAsItIsWritten(String text) {
        Experiment experiment = read(SMALLEST, "task.options.prefix=" + text);
        assertEquals(text, experiment.task().options().get("prefix"));
    }

    @Test
    void takesAnEmptyTextForAnOptionOfAProvider() {
        assertEquals("", read(SMALLEST, "task.options.prefix=").task().options().get("prefix"));
    }

    @Test
    void takesTheLastOverrideOverAllElse() {
        Experiment experiment = read(SMALLEST + "seed: 3\n", "seed=4", "model.width=64", "seed=5");
        assertEquals(5, experiment.seed());
        assertEquals(64, experiment.model().width());
    }

    @Test
    void readsKeysWithDotsAlike() {
        assertEquals(64, read(SMALLEST + "model.width: 64\n").model().width());
    }

    @Test
    void readsAMappingInAnOverride() {
        Experiment experiment = read(SMALLEST, "task.options={least: 3, most: 5}");
        assertEquals(3, experiment.task().options().get("least"));
        assertEquals(5, experiment.task().options().get("most"));
    }

    @Test
    void readsAnOverrideWithoutValueAsTheEmptyText() {
        Experiment experiment =
                read(SMALLEST + "name: trial\nhalting.rule: minute\n", "halting.rule=");
        assertEquals("", experiment.halting().rule());
    }

    @Test
    void usesTheMechanismsFirstRuleIfNoneIsSet() {
        assertEquals("hour", resolve(SMALLEST).rule());
        assertEquals("minute", resolve(SMALLEST, "halting.rule=minute").rule());
    }

    @Test
    void forgetsTheFilesOptionsOfAMechanismThatAnOverrideReplaces() {
        String yaml =
                """
                task: {name: sums}
                halting: {name: clock, rule: minute, gamma: 0.5, options: {alarm: 0.25}}
                backend: {name: engine}
                """;
        Experiment experiment = read(yaml, "halting.name=bell");
        assertEquals(new Choice("bell", java.util.Map.of()), experiment.halting().choice());
        assertEquals("", experiment.halting().rule());
        assertEquals(0.5, experiment.halting().gamma());
    }

    @Test
    void keepsTheFilesOptionsIfAnOverrideNamesTheSameMechanism() {
        Experiment experiment =
                read(SMALLEST + "halting.options.alarm: 0.25\n", "halting.name=clock");
        assertEquals(0.25, experiment.halting().choice().options().get("alarm"));
    }

    @Test
    void remembersWhereEachValueComesFrom() {
        ResolvedExperiment resolved = resolve(SMALLEST + "seed: 3\n", "model.width=64");
        assertEquals("train.yaml:4", resolved.values().get("seed").origin().toString());
        assertEquals("override", resolved.values().get("model.width").origin().toString());
        assertEquals("default", resolved.values().get("model.heads").origin().toString());
    }

    @Test
    void writesTheOriginBesideEachValue() {
        String yaml = ExperimentYaml.withOrigins(resolve(SMALLEST + "seed: 3\n", "model.width=64"));
        assertTrue(
                yaml.startsWith("name: experiment                        # default\nseed: 3"),
                yaml);
        assertTrue(yaml.contains("  width: 64                             # override\n"), yaml);
        assertEquals(resolve(SMALLEST, "seed=3", "model.width=64").experiment(), read(yaml), yaml);
    }

    @Test
    void refusesAnUnknownKeyAndNamesTheNearest() {
        assertFails(
                "CFG-001 train.yaml:6:3 unknown key 'model.widht'. Did you mean 'model.width'?",
                SMALLEST + "model:\n  heads: 4\n  widht: 64\n");
    }

    @Test
    void refusesAnUnknownSectionOnce() {
        assertFails(
                "CFG-001 train.yaml:4:1 unknown key 'modle'. Did you mean 'model'?",
                SMALLEST + "modle:\n  width: 64\n  heads: 4\n");
    }

    @Test
    void namesTheRightSectionOfAKey() {
        assertFails(
                "CFG-001 train.yaml:4:9 unknown key 'model.gamma'. Did you mean 'halting.gamma'?",
                SMALLEST + "model: {gamma: 1}\n");
    }

    @Test
    void listsTheKnownKeysIfNoneIsNear() {
        assertFails(
                "CFG-001 train.yaml:4:14 unknown key 'evaluation.colour'. Known: samples, batch,"
                        + " seed, execution, continuations",
                SMALLEST + "evaluation: {colour: red}\n");
    }

    @Test
    void refusesAnUnknownKeyInAnOverride() {
        assertFails(
                "CFG-001 override 'model.widht=64': unknown key 'model.widht'. Did you mean"
                        + " 'model.width'?",
                SMALLEST,
                "model.widht=64");
    }

    @Test
    void refusesAnUnknownOptionOfAProvider() {
        assertFails(
                "CFG-001 train.yaml:4:13 unknown key 'task.options.moost'. Did you mean"
                        + " 'task.options.most'?",
                "halting: {name: clock}\n"
                        + "backend: {name: engine}\n"
                        + "task:\n"
                        + "  options: {moost:   3}\n"
                        + "  name: sums\n");
    }

    @Test
    void saysThatAProviderTakesNoOptions() {
        assertFails(
                "CFG-001 override 'backend.options.threads=1': unknown key"
                        + " 'backend.options.threads'. 'engine' takes no options",
                SMALLEST,
                "backend.options.threads=1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "model.width=wide | 'model.width' is 'wide', expected a whole number (8 to 65536)",
                "model.width=4 | 'model.width' is 4, expected a whole number (8 to 65536)",
                "model.width=64.5 | 'model.width' is 64.5, expected a whole number (8 to 65536)",
                "model.width= | 'model.width' is empty, expected a whole number (8 to 65536)",
                "model.width=[64] | 'model.width' is a list, expected a whole number (8 to 65536)",
                "model.width={a: 1} | 'model.width' is a mapping, expected a whole number (8 to"
                        + " 65536)",
                "model.width={} | 'model.width' is a mapping, expected a whole number (8 to 65536)",
                "model.width=1_000 | 'model.width' is '1_000', expected a whole number (8 to"
                        + " 65536)",
                "model.width=1e400 | 'model.width' is Infinity, expected a whole number (8 to"
                        + " 65536)",
                "model.width=2026-11-28 | 'model.width' is '2026-11-28', expected a whole number (8"
                        + " to 65536)",
                "model.width=0o7 | 'model.width' is 7, expected a whole number (8 to 65536)",
                "model.tied=1 | 'model.tied' is 1, expected true or false",
                "model.tied= | 'model.tied' is empty, expected true or false",
                "training.decay=[] | 'training.decay' is a list, expected one of constant, linear,"
                        + " cosine",
                "training.steps=3000000000 | 'training.steps' is 3000000000, expected a whole"
                        + " number (1 to 2147483647)",
                "name=true | 'name' is true, expected a text of at most 4096 characters",
                "name=[a] | 'name' is a list, expected a text of at most 4096 characters",
                "task.options.most={a: {b: 1}} | 'task.options.most' is a mapping, expected a whole"
                        + " number (1 to 9)",
                "task.options.most= | 'task.options.most' is empty, expected a whole number (1 to"
                        + " 9)",
                "halting.name=5 | 'halting.name' is 5, expected the name of a halting mechanism."
                        + " See: anira list halting",
                "task.name= | 'task.name' is empty, expected the name of a task. See: anira list"
                        + " tasks",
                "backend.name=[a] | 'backend.name' is a list, expected the name of a backend. See:"
                        + " anira list backends",
                "seed=9223372036854775808 | 'seed' is 9223372036854775808, expected a whole number"
                        + " (0 to 9223372036854775807)",
                "model=5 | 'model' is 5, expected keys with values",
                "model=[1] | 'model' is a list, expected keys with values",
                "model.tied=maybe | 'model.tied' is 'maybe', expected true or false",
                "training.clip=true | 'training.clip' is true, expected a number (0.0 to 1.0E9)",
                "training.clip=.nan | 'training.clip' is NaN, expected a number (0.0 to 1.0E9)",
                "training.decay=step | 'training.decay' is 'step', expected one of constant,"
                        + " linear, cosine",
                "seed=-1 | 'seed' is -1, expected a whole number (0 to 9223372036854775807)",
                "name=My Run | 'name' is 'My Run', expected lower-case letters, digits and hyphens,"
                        + " a letter first",
                "task.options.most=10 | 'task.options.most' is 10, expected a whole number (1 to"
                        + " 9)",
                "halting.rule=second | 'halting.rule' is 'second', expected one of hour, minute",
                "model.heads=7 | 'model.width' is 256 and 'model.heads' is 7: each head needs an"
                        + " even, equal share of the width",
                "task.options.least=5 | 'least' is 5, expected at most 4"
            })
    void refusesAWrongValue(String override, String expected) {
        assertFails("CFG-003 override '%s': %s".formatted(override, expected), SMALLEST, override);
    }

    @Test
    void placesAContradictionAtTheValueThatTheFileSets() {
        assertFails(
                "CFG-003 train.yaml:4:16 'model.width' is 256 and 'model.heads' is 7: each head"
                        + " needs an even, equal share of the width",
                SMALLEST + "model: {heads: 7}\n");
    }

    @Test
    void aContradictionCarriesThePathsOfItsSettings() {
        assertEquals(
                List.of("model.width", "model.heads"), wrong(SMALLEST + "model: {heads: 7}\n"));
        assertEquals(
                List.of("task.options.least", "task.options.most"),
                wrong(SMALLEST, "task.options.least=5"));
        assertEquals(
                List.of("training.decay-from", "training.warmup"),
                wrong(SMALLEST, "training.decay-from=0.01"));
    }

    @Test
    void severalProblemsCarryThePathsOfAll() {
        assertEquals(
                List.of("model.widht", "task.name", "model.tied", "halting.options.alarm"),
                wrong(
                        SMALLEST,
                        "model.widht=8",
                        "task.name=",
                        "model.tied=1",
                        "halting.options.alarm=2"));
    }

    private static List<String> wrong(String yaml, String... overrides) {
        return assertThrows(SettingsException.class, () -> read(yaml, overrides)).settings();
    }

    @Test
    void aProviderThatNamesNoSettingIsQuotedAsItIs() {
        assertFails("CFG-003 'prefix' is refused", SMALLEST, "task.options.prefix=refused");
        assertEquals(List.of(), wrong(SMALLEST, "task.options.prefix=refused"));
    }

    @Test
    void refusesAKeyThatIsGivenTwice() {
        assertFails(
                "CFG-003 train.yaml:6:1 'seed' is given a second time, after train.yaml:4",
                SMALLEST + "seed: 1\nname: a\nseed: 1\n");
    }

    @Test
    void refusesASectionThatIsGivenTwice() {
        assertFails(
                "CFG-003 train.yaml:5:1 'model' is given a second time, after train.yaml:4",
                SMALLEST + "model: {width: 64}\nmodel: {heads: 4}\n");
    }

    @Test
    void refusesAKeyThatIsGivenWithAndWithoutDots() {
        assertFails(
                "CFG-003 train.yaml:5:1 'model.width' is given a second time, after train.yaml:4",
                SMALLEST + "model: {width: 64}\nmodel.width: 64\n");
    }

    @Test
    void refusesAFileThatIsNoMapping() {
        assertFails(
                "CFG-002 train.yaml: 4 problems:\n"
                    + "train.yaml:1:1 the file is a list, expected keys with values\n"
                    + "train.yaml:1:1 'task.name' is missing, expected the name of a task. See:"
                    + " anira list tasks\n"
                    + "train.yaml:1:1 'halting.name' is missing, expected the name of a halting"
                    + " mechanism. See: anira list halting\n"
                    + "train.yaml:1:1 'backend.name' is missing, expected the name of a backend."
                    + " See: anira list backends",
                "- seed\n");
    }

    @Test
    void reportsAllProblemsTogether() {
        assertFails(
                """
                CFG-002 train.yaml: 5 problems:
                train.yaml:6:3 unknown key 'model.widht'. Did you mean 'model.width'?
                train.yaml:7:8 'model.mlp' is 'big', expected a whole number (1 to 1048576)
                train.yaml:4:34 unknown key 'halting.options.alram'. Did you mean 'halting.options.alarm'?
                override 'training.steps=0': 'training.steps' is 0, expected a whole number (1 to 2147483647)
                override 'task.name=sum': Unknown task 'sum'. Did you mean 'sums'?
                """,
                """
                task: {name: sums}
                backend: {name: engine}
                seed: 4
                halting: {name: clock, options: {alram: 1}}
                model:
                  widht: 3
                  mlp: big
                """,
                "training.steps=0",
                "task.name=sum");
    }

    @Test
    void leavesAMissingPluginToTheRegistrysWords() {
        PluginException e =
                assertThrows(PluginException.class, () -> read(SMALLEST, "halting.name=clok"));
        assertEquals("PLG-001", e.code());
        assertEquals(
                "override 'halting.name=clok': Unknown halting mechanism 'clok'. Did you mean"
                        + " 'clock'?",
                e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "model: {width: 64 | train.yaml:2:1 not valid YAML: while parsing a flow mapping,"
                        + " expected ',' or '}', but got <stream end>",
                "seed: 1: 2 | train.yaml:1:8 not valid YAML: mapping values are not allowed here",
                "seed: @x | train.yaml:1:7 not valid YAML: while scanning for the next token, found"
                    + " character '@' that cannot start any token. (Do not use @ for indentation)",
                "a: &x {b: *x} | train.yaml:1:4 not valid YAML: an alias refers to a part of"
                        + " itself",
                "[a]: 1 | train.yaml:1:1 not valid YAML: a key is a list or a mapping, expected a"
                        + " text"
            })
    void refusesMalformedYamlWithLineAndColumn(String yaml, String expected) {
        assertFails("CFG-005 " + expected, yaml + "\n");
    }

    @Test
    void refusesAMalformedOverride() {
        assertFails(
                "CFG-006 'seed' is not of the form key.path=value, such as model.width=64",
                SMALLEST,
                "seed");
        assertFails(
                "CFG-005 override 'seed=[': not valid YAML: while parsing a flow node, expected the"
                        + " node content, but found '<stream end>'",
                SMALLEST,
                "seed=[");
    }

    @Test
    void refusesAFileThatIsMissingOrNotText(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("train.yaml");
        SettingsException missing = assertThrows(SettingsException.class, () -> Draft.read(file));
        assertEquals("CFG-004", missing.code());
        assertEquals("There is no file '%s'".formatted(file), missing.getMessage());

        SettingsException directory =
                assertThrows(SettingsException.class, () -> Draft.read(folder));
        assertEquals("CFG-004", directory.code());
        assertEquals(
                "'%s' cannot be read: it is a folder".formatted(folder), directory.getMessage());

        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 'a'});
        SettingsException binary = assertThrows(SettingsException.class, () -> Draft.read(file));
        assertEquals("CFG-005", binary.code());
        assertEquals("%s:1:1 not UTF-8 text: byte ff".formatted(file), binary.getMessage());
    }

    @Test
    void optionsOfOneProviderAreReadAlone() {
        List<Option> options =
                List.of(Option.integer("most", 3, "Most"), Option.text("prefix", "x", "Prefix"));
        assertEquals(
                Map.of("most", 5, "prefix", ""),
                Draft.options(Section.TASK, options, List.of("most=4", "prefix=", "most=5"))
                        .values());
        assertRefused("CFG-006 'most' is not of the form", options, "most");
        assertRefused("CFG-001 unknown key 'task.options.mots'", options, "mots=1");
        assertRefused("CFG-003 'task.options.most' is 'x'", options, "most=x");
        assertRefused(
                "CFG-003 'task.options.most' is a list, expected a whole number",
                options,
                "most=[1]");
    }

    private static void assertRefused(String expected, List<Option> options, String assignment) {
        SettingsException e =
                assertThrows(
                        SettingsException.class,
                        () -> Draft.options(Section.TASK, options, List.of(assignment)));
        assertTrue((e.code() + " " + e.getMessage()).startsWith(expected), e.getMessage());
    }
}
