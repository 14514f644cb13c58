package org.anira.runtime.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.runtime.run.RunFolder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;

class DrawingTests {

    private static Comparison comparison;

    /**
     * Two learned mechanisms with two seeds each and two fixed depths, beyond the training range
     * too.
     */
    @BeforeAll
    static void compare(@TempDir Path folder) {
        List<RunFolder> runs =
                List.of(
                        SyntheticRun.of("early", 1).sizes(10, 8).write(folder.resolve("1")),
                        SyntheticRun.of("early", 2).sizes(10, 8).write(folder.resolve("2")),
                        SyntheticRun.of("late", 1)
                                .sizes(10, 8)
                                .slope(0.2)
                                .write(folder.resolve("3")),
                        SyntheticRun.of("late", 2)
                                .sizes(10, 8)
                                .slope(0.2)
                                .write(folder.resolve("4")),
                        SyntheticRun.fixed(3, 1).sizes(10, 8).write(folder.resolve("5")),
                        SyntheticRun.fixed(6, 1).sizes(10, 8).write(folder.resolve("6")));
        comparison = Comparison.of(runs);
    }

    private static Figure figure(String name) {
        return Figures.of(comparison).stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Document parse(Figure figure) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(
                        new ByteArrayInputStream(
                                Drawing.svg(figure).getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> elements(Figure figure, String tag) throws Exception {
        NodeList nodes = parse(figure).getElementsByTagName(tag);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static Set<String> texts(String figure) throws Exception {
        Set<String> texts = new TreeSet<>();
        elements(figure(figure), "text").forEach(text -> texts.add(text.getTextContent()));
        return texts;
    }

    @Test
    void charactersThatXmlDoesNotHaveAreReplaced(@TempDir Path folder) throws Exception {
        RunFolder run = SyntheticRun.of("early", 1).write(folder.resolve("1"));
        String provenance = Files.readString(run.provenance());
        Files.writeString(
                run.provenance(),
                provenance.replace("operators", "\\u001b\\ufffe\\ud83d, \\ud83d\\ude00"));

        for (Figure figure : Figures.of(Comparison.of(List.of(run)))) {
            parse(figure);
            if (figure.name().equals("accuracy")) {
                assertTrue(Drawing.svg(figure).contains("size (???, "), figure.name());
            }
        }
    }

    @Test
    void figuresOfAComparison() {
        assertEquals(
                List.of("accuracy", "depth", "cost", "exits-1", "exits-2", "training"),
                Figures.of(comparison).stream().map(Figure::name).toList());
    }

    @Test
    void accuracyIsDrawnWithLabelsLegendAndReferences() throws Exception {
        Set<String> texts = texts("accuracy");

        Set<String> expected =
                Set.of(
                        "size (operators)",
                        "accuracy",
                        "early",
                        "late",
                        "constant-3",
                        "constant-6",
                        "chance",
                        "best constant answer",
                        "seen in training");
        assertTrue(texts.containsAll(expected), texts.toString());
    }

    @Test
    void titlesSaySamplesAndSeeds() throws Exception {
        String texts = String.join(" ", texts("accuracy"));

        assertTrue(
                texts.contains("n = 400 per value and seed; seeds 1, 2 of early, late; seed 1 of"),
                texts);
    }

    @Test
    void actualAndExpectedDepthHaveTheirOwnPanels() throws Exception {
        Set<String> texts = texts("depth");

        assertTrue(
                texts.containsAll(Set.of("actual depth (steps)", "expected depth (steps)")),
                texts.toString());
    }

    @Test
    void costHasTheCurveOfTheFixedDepths() throws Exception {
        Set<String> texts = texts("cost");

        assertTrue(
                texts.containsAll(Set.of("mean steps per token (execution)", "fixed depths")),
                texts.toString());
    }

    @Test
    void everyGroupIsDrawnInItsColour() throws Exception {
        Set<String> drawn = new HashSet<>();
        elements(figure("accuracy"), "*")
                .forEach(element -> drawn.add(element.getAttribute("stroke")));

        for (int group = 0; group < comparison.groups().size(); group++) {
            Color colour = FigureStyle.colour(group);
            String svg =
                    colour.equals(Color.BLACK)
                            ? "black"
                            : "rgb(%d,%d,%d)"
                                    .formatted(
                                            colour.getRed(), colour.getGreen(), colour.getBlue());
            assertTrue(drawn.contains(svg), svg + " is not in " + drawn);
        }
    }

    @Test
    void idsOfAllFiguresTogetherAreUnique() throws Exception {
        Set<String> ids = new HashSet<>();
        for (Figure figure : Figures.of(comparison)) {
            for (Element element : elements(figure, "*")) {
                String id = element.getAttribute("id");
                assertTrue(id.isEmpty() || ids.add(id), "twice: " + id);
            }
        }
        assertTrue(ids.containsAll(Set.of("accuracy-title", "exits-2-caption")), ids.toString());
    }

    @Test
    void referencesInAFigureLeadToItsOwnIds() throws Exception {
        Set<String> ids = new HashSet<>();
        Set<String> used = new HashSet<>();
        for (Element element : elements(figure("depth"), "*")) {
            ids.add(element.getAttribute("id"));
            String clip = element.getAttribute("clip-path");
            if (!clip.isEmpty()) {
                used.add(clip.substring("url(#".length(), clip.length() - 1));
            }
        }
        assertTrue(!used.isEmpty() && ids.containsAll(used), used + " not all in " + ids);
    }

    @Test
    void aPngHasTwiceTheSizeAndIsNotBlank() throws IOException {
        for (Figure figure : List.of(figure("accuracy"), figure("exits-2"))) {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(Drawing.png(figure)));
            assertEquals(2 * figure.width(), image.getWidth());
            assertEquals(2 * figure.height(), image.getHeight());
            Set<Integer> colours = new HashSet<>();
            for (int y = 0; y < image.getHeight(); y += 2) {
                for (int x = 0; x < image.getWidth(); x += 2) {
                    colours.add(image.getRGB(x, y));
                }
            }
            assertTrue(colours.size() > 20, figure.name() + " has " + colours.size() + " colours");
        }
    }

    @Test
    void theSameRunsGiveTheSameFile() {
        assertEquals(Drawing.svg(figure("accuracy")), Drawing.svg(figure("accuracy")));
    }
}
