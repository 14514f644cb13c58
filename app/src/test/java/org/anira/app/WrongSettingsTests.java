package org.anira.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** A setting that is wrong is named, with what is expected, before a run folder is made. */
@ExtendWith(PackagedPlugins.class)
class WrongSettingsTests {

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    model.widht=64             | CFG-001  override 'model.widht=64': unknown key 'model.widht'. Did you mean 'model.width'?
                    width=64                   | CFG-001  override 'width=64': unknown key 'width'. Did you mean 'model.width'?
                    modl.width=64              | CFG-001  override 'modl.width=64': unknown key 'modl'. Did you mean 'model'?
                    task.options.moduls=3      | CFG-001  override 'task.options.moduls=3': unknown key 'task.options.moduls'. Did you mean 'task.options.modulus'?
                    halting.options.temp=3     | CFG-001  override 'halting.options.temp=3': unknown key 'halting.options.temp'. Did you mean 'halting.options.temperature'?
                    backend.options.thread=3   | CFG-001  override 'backend.options.thread=3': unknown key 'backend.options.thread'. Did you mean 'backend.options.threads'?
                    model.width=wide           | CFG-003  override 'model.width=wide': 'model.width' is 'wide', expected a whole number (8 to 65536)
                    model.width=16.5           | CFG-003  override 'model.width=16.5': 'model.width' is 16.5, expected a whole number (8 to 65536)
                    model.width=4              | CFG-003  override 'model.width=4': 'model.width' is 4, expected a whole number (8 to 65536)
                    model.width=[1, 2]         | CFG-003  override 'model.width=[1, 2]': 'model.width' is a list, expected a whole number (8 to 65536)
                    model.width=               | CFG-003  override 'model.width=': 'model.width' is empty, expected a whole number (8 to 65536)
                    halting.name=5             | CFG-003  override 'halting.name=5': 'halting.name' is 5, expected the name of a halting mechanism. See: anira list halting
                    seed=9223372036854775808   | CFG-003  override 'seed=9223372036854775808': 'seed' is 9223372036854775808, expected a whole number (0 to 9223372036854775807)
                    training.steps=3000000000  | CFG-003  override 'training.steps=3000000000': 'training.steps' is 3000000000, expected a whole number (1 to 2147483647)
                    task.options.modulus=[2]   | CFG-003  override 'task.options.modulus=[2]': 'task.options.modulus' is a list, expected a whole number (2 to 1000)
                    model=3                    | CFG-003  override 'model=3': 'model' is 3, expected keys with values
                    model.heads=3              | CFG-003  preset quickstart-anira-e:10:10 'model.width' is 64 and 'model.heads' is 3: each head needs an even, equal share of the width
                    training.learning-rate=-1  | CFG-003  override 'training.learning-rate=-1': 'training.learning-rate' is -1, expected a number (0.0 to 10.0)
                    training.learning-rate=.nan | CFG-003  override 'training.learning-rate=.nan': 'training.learning-rate' is NaN, expected a number (0.0 to 10.0)
                    training.decay=stairs      | CFG-003  override 'training.decay=stairs': 'training.decay' is 'stairs', expected one of constant, linear, cosine
                    model.tied=yes             | CFG-003  override 'model.tied=yes': 'model.tied' is 'yes', expected true or false
                    halting.rule=modus         | CFG-003  override 'halting.rule=modus': 'halting.rule' is 'modus', expected one of mode, median
                    name=My Run                | CFG-003  override 'name=My Run': 'name' is 'My Run', expected lower-case letters, digits and hyphens, a letter first
                    model.width                | CFG-006  'model.width' is not of the form key.path=value, such as model.width=64
                    model.width={a             | CFG-005  override 'model.width={a': not valid YAML: while parsing a flow mapping, expected ',' or '}', but got <stream end>
                    """)
    void refused(String assignment, String message, @TempDir Path runs) {
        Path run = runs.resolve("run");

        Outcome outcome =
                Outcome.of("train", "quickstart-anira-e", assignment, "--out", run.toString());

        assertEquals(message, outcome.err().replace("\r", "").strip());
        assertEquals(ExitCode.USAGE, outcome.code());
        assertEquals("", outcome.out());
        assertFalse(Files.exists(run));
    }
}
