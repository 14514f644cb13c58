package org.anira.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tests with the plug-ins that come with anira. They are jars only once their modules are packaged,
 * which "mvn test" does not do: it skips these tests, with that reason.
 */
public final class PackagedPlugins implements BeforeAllCallback {

    /** Where the build puts them for tests. */
    public static final Path FOLDER = Path.of(System.getProperty("anira.home"), "plugins");

    private static final List<String> ALL =
            List.of(
                    "brevo.jar",
                    "clrs-text.jar",
                    "depo.jar",
                    "lano.jar",
                    "mano.jar",
                    "early.jar",
                    "fixed.jar",
                    "online.jar",
                    "djl",
                    "onnx",
                    "torch");

    @Override
    public void beforeAll(ExtensionContext context) {
        for (String each : ALL) {
            assumeTrue(
                    Files.exists(FOLDER.resolve(each)),
                    "plug-in '%s' is not packaged; 'mvn verify' does that".formatted(each));
        }
    }
}
