package org.anira.runtime.report;

import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.text.TextUtils;
import org.w3c.dom.Attr;
import org.w3c.dom.CharacterData;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

import java.awt.AWTError;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.regex.Pattern;

import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;

/** Draws figures as SVG, where text stays text, and as PNG. */
public final class Drawing {

    /** Pixels per point of a PNG. */
    static final int SCALE = 2;

    private static final String SVG = "http://www.w3.org/2000/svg";

    private static final Pattern NO_XML =
            Pattern.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]");

    static {
        TextUtils.setUseDrawRotatedStringWorkaround(false); // which turns text into outlines
    }

    private Drawing() {}

    /** Returns why this Java cannot draw figures, in a sentence; empty if it can. */
    public static Optional<String> obstacle() {
        withoutDisplay();
        try {
            Graphics2D graphics =
                    new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB).createGraphics();
            graphics.setFont(FigureStyle.font(8));
            graphics.drawString("L", 1, 7);
            graphics.dispose();
            return Optional.empty();
        } catch (LinkageError | AWTError e) {
            return Optional.of(obstacle(e));
        }
    }

    /**
     * Returns in a sentence why figures could not be drawn: the JDK's own drawing did not start.
     */
    static String obstacle(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return "This Java cannot draw (%s). Use a JDK with the module java.desktop and its libraries."
                .formatted(
                        root.getMessage() == null
                                ? root.getClass().getSimpleName()
                                : root.getMessage());
    }

    /** Makes the JDK draw in memory; otherwise a broken DISPLAY would stop it. */
    static void withoutDisplay() {
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    /** Returns a figure as a PNG file of {@link #SCALE} times its size. */
    static byte[] png(Figure figure) {
        BufferedImage image =
                new BufferedImage(
                        SCALE * figure.width(),
                        SCALE * figure.height(),
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
        graphics.scale(SCALE, SCALE);
        draw(figure, graphics);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", out)) {
                throw new IllegalStateException("this Java runtime has no PNG writer");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Returns a figure as an SVG element; its ids begin with the figure's name, so that one page
     * can hold many.
     */
    static String svg(Figure figure) {
        try {
            Document document =
                    DocumentBuilderFactory.newDefaultInstance()
                            .newDocumentBuilder()
                            .getDOMImplementation()
                            .createDocument(SVG, "svg", null);
            SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
            context.setPrecision(2);
            context.setComment(" " + figure.title() + " ");
            SVGGraphics2D graphics = new SVGGraphics2D(context, false);
            graphics.setSVGCanvasSize(new Dimension(figure.width(), figure.height()));
            draw(figure, graphics);
            Element root = graphics.getRoot();
            finish(root, figure);
            clean(root);
            return text(root);
        } catch (ParserConfigurationException | TransformerException e) {
            throw new IllegalStateException("this Java runtime cannot write XML", e);
        }
    }

    private static void draw(Figure figure, Graphics2D graphics) {
        JFreeChart chart = figure.chart();
        chart.draw(graphics, new Rectangle2D.Double(0, 0, figure.width(), figure.height()));
    }

    /** Makes the drawing scalable and readable by screen readers, and its ids unique. */
    private static void finish(Element root, Figure figure) {
        prefix(root, figure.name() + "-");
        root.setAttribute("viewBox", "0 0 %d %d".formatted(figure.width(), figure.height()));
        root.setAttribute("role", "img");
        root.setAttribute(
                "aria-labelledby", figure.name() + "-title " + figure.name() + "-caption");
        root.setAttribute("font-family", Fonts.FAMILIES);
        Element caption = root.getOwnerDocument().createElementNS(SVG, "desc");
        caption.setAttribute("id", figure.name() + "-caption");
        caption.setTextContent(figure.caption());
        root.insertBefore(caption, root.getFirstChild());
        Element title = root.getOwnerDocument().createElementNS(SVG, "title");
        title.setAttribute("id", figure.name() + "-title");
        title.setTextContent(figure.title());
        root.insertBefore(title, root.getFirstChild());
    }

    private static void prefix(Element element, String prefix) {
        for (int i = 0; i < element.getAttributes().getLength(); i++) {
            Attr attribute = (Attr) element.getAttributes().item(i);
            String value = attribute.getValue();
            if (attribute.getName().equals("id")) {
                attribute.setValue(prefix + value);
            } else if (attribute.getName().equals("font-family")) {
                attribute.setValue(Fonts.FAMILIES);
            } else if (value.contains("url(#")) {
                attribute.setValue(value.replace("url(#", "url(#" + prefix));
            } else if (attribute.getName().endsWith("href") && value.startsWith("#")) {
                attribute.setValue("#" + prefix + value.substring(1));
            }
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element inner) {
                prefix(inner, prefix);
            }
        }
    }

    /** Replaces characters that XML does not allow, which a unit or a name may contain. */
    private static void clean(Node node) {
        if (node instanceof CharacterData text) {
            text.setData(NO_XML.matcher(text.getData()).replaceAll("?"));
        }
        for (Node child = node.getFirstChild(); child != null; child = child.getNextSibling()) {
            clean(child);
        }
    }

    private static String text(Element root) throws TransformerException {
        Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        StringWriter out = new StringWriter();
        transformer.transform(new DOMSource(root), new StreamResult(out));
        return out.toString();
    }
}
