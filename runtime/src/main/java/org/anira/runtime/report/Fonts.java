package org.anira.runtime.report;

import java.awt.Font;
import java.awt.FontFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The typeface of all figures: DejaVu Sans, which comes with this module, so that figures are alike
 * everywhere.
 */
final class Fonts {

    /**
     * The fonts that a viewer of an SVG file tries, in order; Verdana has nearly the same widths.
     */
    static final String FAMILIES = "'DejaVu Sans', Verdana, sans-serif";

    static final Font PLAIN;
    static final Font BOLD;

    static {
        try {
            PLAIN = read("DejaVuSans.ttf");
            BOLD = read("DejaVuSans-Bold.ttf");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Fonts() {}

    private static Font read(String name) throws IOException {
        try {
            return create(name);
        } catch (IOException | RuntimeException e) {
            // Where neither fontconfig nor fonts are installed, AWT stops with "Fontconfig head is
            // null" before it looks at our own font; without system fonts it goes on.
            if (System.getProperty("sun.awt.fontconfig") != null) {
                throw e;
            }
            Path none = Files.createTempFile("anira-fontconfig", ".properties");
            try {
                Files.writeString(none, "version=1\nsequence.allfonts=default\n");
                System.setProperty("sun.awt.fontconfig", none.toString());
                return create(name);
            } finally {
                Files.delete(none);
            }
        }
    }

    private static Font create(String name) throws IOException {
        try (InputStream in = Fonts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("font '%s' is missing from the module".formatted(name));
            }
            return Font.createFont(Font.TRUETYPE_FONT, in);
        } catch (FontFormatException e) {
            throw new IOException("font '%s' is damaged".formatted(name), e);
        }
    }
}
