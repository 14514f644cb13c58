package org.anira.runtime.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

class FontsTests {

    @Test
    void theFontComesWithTheModule() {
        assertEquals("DejaVu Sans", Fonts.PLAIN.getFontName());
        assertEquals("DejaVu Sans Bold", Fonts.BOLD.getFontName());
    }

    @Test
    void aMachineWithoutFontsDrawsTheSameText(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux"),
                "skipped: only Linux takes fonts from fontconfig");
        Path none = Files.writeString(folder.resolve("fonts.conf"), "<fontconfig></fontconfig>");
        String classPath =
                String.join(
                        File.pathSeparator,
                        System.getProperty("jdk.module.path", ""),
                        System.getProperty("java.class.path", ""),
                        Path.of("target", "test-classes").toAbsolutePath().toString());
        ProcessBuilder command =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Djava.awt.headless=true",
                                "-Duser.home="
                                        + folder, // where Java keeps what fontconfig said before
                                "-cp",
                                classPath,
                                WithoutFonts.class.getName())
                        .redirectErrorStream(true);
        command.environment().put("FONTCONFIG_FILE", none.toString());
        Process child = command.start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertTrue(child.waitFor(2, TimeUnit.MINUTES), output);
        assertEquals("without system fonts: " + widths(), output.strip());
    }

    /** Returns how wide a text is in both fonts. */
    private static String widths() {
        FontRenderContext context = new FontRenderContext(null, true, true);
        Font plain = FigureStyle.font(12);
        Font bold = FigureStyle.bold(12);
        return "%.3f %.3f"
                .formatted(
                        plain.getStringBounds("accuracy 0.95", context).getWidth(),
                        bold.getStringBounds("accuracy 0.95", context).getWidth());
    }

    /** Main class of a process that finds no fonts. */
    static final class WithoutFonts {
        private WithoutFonts() {}

        public static void main(String[] arguments) {
            String widths = widths();
            System.out.println(
                    (System.getProperty("sun.awt.fontconfig") == null ? "with" : "without")
                            + " system fonts: "
                            + widths);
        }
    }
}
