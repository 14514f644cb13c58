package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** Defects of plug-ins while they work, and means that are too small. */
class FailureTests {

    @TempDir private Path folder;

    @Test
    void aMechanismThatThrowsWhileItWorks() {
        PluginJar.halfway()
                .named("faulty")
                .replace(
                        "public List<Tensor> begin(Ops ops, Tensor h0) {\n"
                                + "        return List.of();",
                        "public List<Tensor> begin(Ops ops, Tensor h0) {\n"
                                + "        throw new IllegalStateException(\"no luck\");")
                .write(folder.resolve("plugins/faulty.jar"));
        Child child =
                App.in(folder)
                        .with("ANIRA_PLUGINS", "plugins")
                        .run(Tiny.train("--halting", "faulty", "--out", "run"));
        assertEquals(
                """
                Run folder: run
                PLG-005  'begin' of halting mechanism 'faulty' of plugin 'faulty' failed: illegal state: no luck. Report it to the plugin's author; --stacktrace shows where.
                """,
                child.errors());
        assertEquals(3, child.exit());
        assertEquals(3, Documents.of(folder.resolve("run/status.json")).get("exit_code").asInt());
    }

    @Test
    void aProviderThatThrowsWhenItIsUsed() {
        PluginJar.halfway()
                .named("faulty")
                .replace(
                        "return new Halfway(",
                        "if (depth > 0) throw new IllegalStateException(\"no luck\"); return new"
                                + " Halfway(")
                .write(folder.resolve("plugins/faulty.jar"));
        App app = App.in(folder).with("ANIRA_PLUGINS", "plugins");
        app.fail(
                3,
                "PLG-005  Plugin 'faulty' failed in 'create' of its halting mechanism: illegal"
                        + " state: no luck",
                Tiny.train("--halting", "faulty"));
        Child child = app.run(Tiny.train("--halting", "faulty", "--stacktrace"));
        assertTrue(child.errors().contains("at org.example.faulty"), child::errors);
        assertTrue(Files.notExists(folder.resolve("runs")));
    }

    @Test
    void tooLittleMemory() {
        Child child =
                App.in(folder)
                        .withJava("-Xmx24m")
                        .run(
                                Tiny.train(
                                        "training.batch=200000",
                                        "training.steps=1",
                                        "--out",
                                        "run"));
        assertTrue(child.errors().startsWith("Run folder: run\n"), child::errors);
        assertEquals(
                """
                BKD-005  Memory is used up: Java heap space. Java's heap is at most %s MiB. Lower training.micro-batch, training.batch, evaluation.batch or the model's size. More heap: ANIRA_JAVA_OPTS=-Xmx16g.
                """
                        .formatted(child.errors().replaceAll("(?s).*at most ([0-9]+) MiB.*", "$1")),
                child.errors().substring(child.errors().indexOf("BKD-005")));
        assertEquals(3, child.exit());
        assertEquals(3, Documents.of(folder.resolve("run/status.json")).get("exit_code").asInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    tpu     | BKD-001  Backend 'djl' has no device 'tpu'. Use auto, cpu, cuda or cuda:N.
                    cuda:99 | BKD-001  Backend 'djl' cannot compute on 'cuda:99':
                    """)
    void aDeviceThatIsNotThere(String device, String message) {
        Child child = App.in(folder).run(Tiny.train("backend.options.device=" + device));
        assertTrue(child.errors().startsWith(message), child::errors);
        assertEquals(3, child.exit());
        assertTrue(Files.notExists(folder.resolve("runs")));
    }
}
