package org.anira.runtime.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.DataException;
import org.anira.runtime.run.Evaluations;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

class OutputTests {

    @TempDir Path folder;

    private Comparison comparison() {
        List<RunFolder> runs =
                List.of(
                        SyntheticRun.of("early", 1).write(folder.resolve("runs/1")),
                        SyntheticRun.of("late", 1).write(folder.resolve("runs/2")));
        return Comparison.of(runs);
    }

    private static List<String> entries(Path of) throws IOException {
        try (Stream<Path> entries = Files.list(of)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static Document page(Comparison.Written written) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(Files.readAllBytes(written.report())));
    }

    private static List<Element> elements(Document page, String tag) {
        NodeList nodes = page.getElementsByTagName(tag);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    @Test
    void allFilesAreWritten() throws IOException {
        Path target = folder.resolve("out/comparison");

        Comparison.Written written = comparison().write(target, "anira compare a b");

        assertEquals("", written.withoutFigures());
        assertEquals(
                List.of("comparison.csv", "comparison.json", "figures", "report.html"),
                entries(target));
        assertEquals(
                Stream.of("accuracy", "cost", "depth", "exits", "training")
                        .flatMap(name -> Stream.of(name + ".png", name + ".svg"))
                        .toList(),
                entries(target.resolve("figures")));
        assertTrue(
                written.files().stream().allMatch(Files::isRegularFile),
                written.files().toString());
        assertEquals(List.of("comparison"), entries(folder.resolve("out")));
    }

    /** Nothing of accuracy, which there is none of. */
    @Test
    void aTaskWithoutAnswersShowsItsScores() throws Exception {
        RunFolder run = SyntheticRun.of("early", 1).write(folder.resolve("a"));
        List<PointResult> results =
                new Evaluations(run)
                        .read().stream()
                                .map(result -> new Altered(result).withoutAnswers())
                                .toList();
        Files.delete(run.evaluations());
        new Evaluations(run).append(results);

        Comparison comparison = Comparison.of(List.of(run));
        Comparison.Written written = comparison.write(folder.resolve("out"), "anira compare a");

        assertEquals(
                Stream.of("depth", "exits", "training")
                        .flatMap(name -> Stream.of(name + ".png", name + ".svg"))
                        .toList(),
                entries(folder.resolve("out/figures")));
        assertTrue(
                Files.readString(folder.resolve("out/figures/training.svg")).contains("distance"));
        String text = page(written).getDocumentElement().getTextContent();
        for (String part :
                List.of(
                        "early: no accuracy, since the task asks for no answers",
                        "Scores",
                        "0.5000 [0.2500, 0.7500]",
                        "Generation accuracy",
                        "from nothing, sampled")) {
            assertTrue(text.contains(part), "missing: " + part);
        }
        assertFalse(text.contains("NaN"), text);
        assertTrue(
                Files.readString(folder.resolve("out/comparison.csv"))
                        .contains("\"from nothing, sampled right\""));
    }

    @Test
    void thePageIsWellFormedAndComplete() throws Exception {
        Comparison comparison = comparison();

        Document page = page(comparison.write(folder.resolve("out"), "anira compare 'a & b' <c>"));

        assertEquals(1, elements(page, "h1").size());
        assertEquals(5, elements(page, "svg").size());
        String text = page.getDocumentElement().getTextContent();
        for (String part :
                List.of(
                        "anira compare 'a & b' <c>",
                        "early: actual depth rises with size",
                        "ab".repeat(32),
                        "plugins/early.jar",
                        "anira train 'sums-<early>' seed=1",
                        "One seed each",
                        "Student's t over samples",
                        "12:34",
                        Tables.estimate(comparison.summaries().get("late").accuracy(), 3))) {
            assertTrue(text.contains(part), "missing: " + part);
        }
    }

    @Test
    void thePageIsAccessible() throws Exception {
        Document page = page(comparison().write(folder.resolve("out"), "anira compare"));

        assertEquals("en", page.getDocumentElement().getAttribute("lang"));
        for (Element svg : elements(page, "svg")) {
            assertEquals("img", svg.getAttribute("role"));
            for (String id : svg.getAttribute("aria-labelledby").split(" ")) {
                assertTrue(
                        elements(page, "*").stream()
                                .anyMatch(element ->
                                        element.getAttribute("id").equals(id)
                                                && !element.getTextContent().isBlank()),
                        id);
            }
        }
        assertTrue(elements(page, "th").size() > 20);
        assertTrue(elements(page, "th").stream().allMatch(th -> th.hasAttribute("scope")));
        assertTrue(
                elements(page, "table").stream()
                        .allMatch(table -> table.getElementsByTagName("caption").getLength() == 1));
    }

    @Test
    void thePageNeedsNothingFromOutside() throws IOException {
        Comparison.Written written = comparison().write(folder.resolve("out"), "anira compare");

        String page = Files.readString(written.report());
        for (String outside :
                List.of("http", "<script", "<link", "<img", "src=", "@import", "url(//")) {
            assertFalse(page.contains(outside), outside);
        }
    }

    @Test
    void anEarlierComparisonIsReplaced() throws IOException {
        Path target = folder.resolve("out");
        Comparison comparison = comparison();
        comparison.write(target, "anira compare first");
        Files.writeString(target.resolve("figures/exits-9.svg"), "old");

        comparison.write(target, "anira compare second");

        assertFalse(Files.exists(target.resolve("figures/exits-9.svg")));
        assertTrue(
                Files.readString(target.resolve("report.html")).contains("anira compare second"));
        assertEquals(List.of("out", "runs"), entries(folder));
    }

    @Test
    void anEmptyFolderIsUsed() throws IOException {
        Path target = Files.createDirectory(folder.resolve("out"));

        comparison().write(target, "anira compare");

        assertTrue(Files.isRegularFile(target.resolve("report.html")));
    }

    @Test
    void aFolderWithSomethingElseIsRefused() throws IOException {
        Path target = Files.createDirectory(folder.resolve("out"));
        Files.writeString(target.resolve("thesis.tex"), "mine");

        DataException e =
                assertThrows(
                        DataException.class, () -> comparison().write(target, "anira compare"));

        assertEquals("RUN-001", e.code());
        assertEquals(
                "Folder '%s' exists and holds something other than a comparison, such as 'thesis.tex'. Choose another name."
                        .formatted(target),
                e.getMessage());
        assertEquals(List.of("thesis.tex"), entries(target));
    }

    @Test
    void aRunFolderIsRefused() {
        Comparison comparison = comparison();
        Path run = comparison.runs().getFirst().folder().path();

        DataException e =
                assertThrows(DataException.class, () -> comparison.write(run, "anira compare"));

        assertEquals("RUN-001", e.code());
        assertEquals(Status.State.DONE, RunFolder.open(run).status().state());
    }

    @Test
    void aComparisonWithAForeignFileIsRefused() throws IOException {
        Path target = folder.resolve("out");
        Comparison comparison = comparison();
        comparison.write(target, "anira compare");
        Files.writeString(target.resolve("notes.txt"), "mine");

        DataException e =
                assertThrows(DataException.class, () -> comparison.write(target, "anira compare"));

        assertEquals("RUN-001", e.code());
        assertTrue(e.getMessage().contains("'notes.txt', which is not part of it"), e.getMessage());
        assertEquals("mine", Files.readString(target.resolve("notes.txt")));
    }

    @Test
    void aFigureOfSomebodyElseIsRefused() throws IOException {
        Path target = folder.resolve("out");
        Comparison comparison = comparison();
        comparison.write(target, "anira compare");
        Files.writeString(target.resolve("figures/mine.png"), "mine");

        DataException e =
                assertThrows(DataException.class, () -> comparison.write(target, "anira compare"));

        assertEquals("RUN-001", e.code());
        assertEquals("mine", Files.readString(target.resolve("figures/mine.png")));
    }

    @Test
    void aFileInTheWayIsRefused() throws IOException {
        Path target = Files.writeString(folder.resolve("out"), "mine");

        DataException e =
                assertThrows(
                        DataException.class, () -> comparison().write(target, "anira compare"));

        assertEquals("RUN-001", e.code());
        assertEquals("mine", Files.readString(target));
    }

    @Test
    void aPlaceThatCannotBeWrittenIsSaid() throws IOException {
        Path target = Files.writeString(folder.resolve("file"), "mine").resolve("out");

        DataException e =
                assertThrows(
                        DataException.class, () -> comparison().write(target, "anira compare"));

        assertEquals("RUN-005", e.code());
        assertTrue(
                e.getMessage().startsWith("Cannot write '%s'".formatted(target)), e.getMessage());
    }
}
