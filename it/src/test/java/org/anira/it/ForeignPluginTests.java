package org.anira.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A halting mechanism that was built outside of the project, against the published api alone, is
 * dropped into a folder of plug-ins, used, and taken away again.
 */
class ForeignPluginTests {

    @TempDir private static Path folder;

    private static App app;
    private static Path jar;
    private static Child training;
    private static Child comparison;

    @BeforeAll
    static void dropItInTrainAndCompare() throws IOException {
        app = App.in(folder);
        Path built = PluginJar.halfway().write(folder.resolve("built/halfway.jar"));
        Files.createDirectories(folder.resolve("plugins"));
        jar = Files.copy(built, folder.resolve("plugins/halfway.jar"));
        training =
                app.succeed(
                        Tiny.train(
                                "training.steps=4",
                                "--halting",
                                "halfway",
                                "--plugins",
                                "plugins",
                                "--out",
                                "foreign"));
        Tiny.copyTrained(folder.resolve("own"));
        comparison = app.succeed("compare", "foreign", "own", "--out", "comparison");
    }

    @Test
    void itDecidesTheDepthOfEveryToken() {
        for (JsonNode result : Documents.lines(folder.resolve("foreign/evaluations.jsonl"))) {
            assertEquals(2, result.get("mean_depth").get("value").asDouble(), result::toString);
            assertEquals("share", result.get("rule").asString());
        }
    }

    @Test
    void theTableOfTheTrainingShowsItsDepth() {
        assertTrue(training.output().lines().anyMatch(line -> line.matches("L=1 .* 2\\.00 .*")));
    }

    @Test
    void provenanceNamesItsJarWithItsHash() {
        JsonNode plugin =
                Documents.elements(
                                Documents.of(folder.resolve("foreign/provenance.json"))
                                        .get("plugins"))
                        .stream()
                        .filter(each -> each.get("id").asString().equals("halfway"))
                        .findFirst()
                        .orElseThrow();
        assertEquals("org.example.halfway", plugin.get("module").asString());
        assertEquals("1.2", plugin.get("version").asString());
        assertEquals(jar.toString(), plugin.get("path").asString());
        JsonNode file = plugin.get("jars").get(0);
        assertEquals(jar.toString(), file.get("path").asString());
        assertEquals(Folder.hash(jar), file.get("sha256").asString());
    }

    @Test
    void itIsListedAmongThePlugins() {
        String output = app.succeed("plugins", "--plugins", "plugins").output();
        assertTrue(
                output.lines()
                        .anyMatch(line ->
                                line.matches(
                                        "halfway +1\\.2 +0\\.1 +halting +active"
                                                + " +plugins/halfway\\.jar")),
                output);
    }

    @Test
    void itIsListedAmongTheMechanisms() {
        JsonNode halting =
                Documents.of(
                                app.with("ANIRA_PLUGINS", "plugins")
                                        .succeed("list", "halting", "--json")
                                        .output())
                        .get("halting");
        assertEquals(
                List.of("anira-e", "anira-o", "fixed", "halfway"),
                Documents.texts(halting, "name"));
    }

    @Test
    void itsOptionsAreDescribed() {
        assertEquals(
                """
                halfway: Every token takes the same share of the steps

                behaviours:
                  causal, decides-once, row-wise

                inference rules, the default first:
                  share

                options, set as halting.options.NAME:
                  option  default  values      meaning
                  share       0.5  0.0 to 1.0  Share of the maximum depth that every token takes
                """,
                app.with("ANIRA_PLUGINS", "plugins")
                        .succeed("describe", "halting", "halfway")
                        .output());
    }

    @Test
    void itsOptionsAreCheckedLikeAllOthers() {
        app.with("ANIRA_PLUGINS", "plugins")
                .fail(
                        2,
                        "CFG-003  override 'halting.options.share=2': 'halting.options.share' is 2,"
                                + " expected a number (0.0 to 1.0)",
                        Tiny.train("--halting", "halfway", "halting.options.share=2"));
    }

    @Test
    void itIsInTheTableOfTheComparison() {
        assertTrue(
                comparison.output().lines().anyMatch(line -> line.startsWith("halfway ")),
                comparison::output);
    }

    @Test
    void itIsInEveryFigureOfTheComparison() {
        List<String> figures =
                Folder.names(folder.resolve("comparison/figures")).stream()
                        .filter(name -> name.endsWith(".svg"))
                        .toList();
        assertFalse(figures.isEmpty());
        for (String figure : figures) {
            String svg = Documents.text(folder.resolve("comparison/figures").resolve(figure));
            assertTrue(svg.contains("halfway"), figure);
        }
    }

    @Test
    void itIsInTheReport() {
        assertTrue(Documents.text(folder.resolve("comparison/report.html")).contains("halfway"));
    }

    @Test
    void withoutItsJarItIsNoLongerListed() {
        String output = app.succeed("plugins").output();
        assertFalse(output.contains("halfway"), output);
    }

    @Test
    void withoutItsJarItsRunCannotBeEvaluated() {
        app.fail(
                3,
                """
                PLG-001  foreign/config.yaml:%d:%d Unknown halting mechanism 'halfway'.
                         Available: anira-e, anira-o, fixed. More: anira list halting
                         For run 'foreign' it was of plugin 'halfway' 1.2 (halfway.jar, SHA-256 %s…). Put that into a folder of plugins, or name its folder with --plugins.
                """
                        .formatted(place()[0], place()[1], Folder.hash(jar).substring(0, 12)),
                "eval",
                "foreign");
    }

    @Test
    void withoutItsJarItsRunCanStillBeCompared() {
        Child child = app.succeed("compare", "foreign", "--out", "without");
        assertTrue(child.output().contains("halfway"), child::output);
    }

    @Test
    void withItsJarBackItsRunIsEvaluatedAgain() {
        app.succeed("eval", "foreign", "--no-save", "--plugins", "plugins");
    }

    /** Returns line and column of the mechanism's name in the run's settings. */
    private static int[] place() {
        List<String> lines = Documents.text(folder.resolve("foreign/config.yaml")).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            int column = lines.get(i).indexOf("halfway");
            if (lines.get(i).startsWith("  name:") && column >= 0) {
                return new int[] {i + 1, column + 1};
            }
        }
        throw new AssertionError(lines);
    }
}
