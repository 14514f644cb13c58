package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Provider;
import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.commons.JUnitException;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.launcher.Launcher;
import org.opentest4j.AssertionFailedError;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An author outside the repository needs the api, the kit and JUnit, and nothing else: the examples
 * are compiled and run with those alone, in a process of their own.
 */
class AuthorTests {

    private static final Path EXAMPLES = Path.of("src/test/java/org/anira/testkit/example");

    /** What JUnit consists of, by a class of each jar. */
    private static final List<Class<?>> JUNIT =
            List.of(
                    Test.class,
                    JupiterTestEngine.class,
                    JUnitException.class,
                    TestEngine.class,
                    Launcher.class,
                    AssertionFailedError.class,
                    API.class,
                    NullMarked.class);

    private static final String MAIN =
            """
            package author;

            import org.junit.platform.engine.discovery.DiscoverySelectors;
            import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
            import org.junit.platform.launcher.core.LauncherFactory;
            import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
            import java.io.PrintWriter;

            public class Main {
                public static void main(String[] names) {
                    var summary = new SummaryGeneratingListener();
                    var request = LauncherDiscoveryRequestBuilder.request();
                    for (String name : names) {
                        request.selectors(DiscoverySelectors.selectClass(name));
                    }
                    LauncherFactory.create().execute(request.build(), summary);
                    summary.getSummary().printFailuresTo(new PrintWriter(System.out, true));
                    System.out.printf("%d of %d tests succeeded%n",
                            summary.getSummary().getTestsSucceededCount(),
                            summary.getSummary().getTestsFoundCount());
                }
            }
            """;

    private static final String MODULE =
            """
            /** Where JUnit may look is for the author to say. */
            module author {
                requires org.anira.testkit;
                requires org.junit.platform.launcher;

                opens author to
                        org.junit.platform.commons;
            }
            """;

    @TempDir private Path folder;

    private Path sources;
    private Path classes;

    @BeforeEach
    void copyTheExamples() throws IOException {
        sources = Files.createDirectories(folder.resolve("sources/author"));
        classes = Files.createDirectories(folder.resolve("classes"));
        try (Stream<Path> examples = Files.list(EXAMPLES)) {
            for (Path example : examples.toList()) {
                String text = Files.readString(example);
                Files.writeString(
                        sources.resolve(example.getFileName()),
                        text.replace("org.anira.testkit.example", "author"));
            }
        }
        Files.writeString(sources.resolve("Main.java"), MAIN);
    }

    private static String jars() {
        List<Class<?>> anchors = new ArrayList<>(JUNIT);
        anchors.add(Provider.class);
        anchors.add(HaltingContract.class);
        return anchors.stream()
                .map(anchor -> location(anchor).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void compile(String path) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("-proc:none", path, jars()));
        command.addAll(List.of("-d", classes.toString()));
        try (Stream<Path> all = Files.walk(sources.getParent())) {
            all.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(command::add);
        }
        run("javac", command);
    }

    private void assertTestsSucceed(List<String> start) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
        command.addAll(start);
        for (String tests : List.of("Hazard", "Echo")) {
            command.add("author." + tests + "ContractTests");
        }
        String output = run("java", command);
        int found =
                Verdict.tests(HaltingContract.class).size()
                        + Verdict.tests(TaskContract.class).size();
        String expected = "%d of %d tests succeeded".formatted(found, found);
        assertTrue(output.contains(expected), output);
    }

    /** Runs a tool of the JDK to its end, and returns what it prints. */
    private String run(String tool, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(arguments);
        Path printed = folder.resolve(tool + ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(printed.toFile())
                        .start();
        int code = process.waitFor();
        String output = Files.readString(printed);
        assertEquals(0, code, output);
        return output;
    }

    @Test
    void theKitRunsOnTheClassPath() throws IOException, InterruptedException {
        compile("--class-path");
        String path = classes + File.pathSeparator + jars();
        assertTestsSucceed(List.of("--class-path", path, "author.Main"));
    }

    @Test
    void theKitRunsOnTheModulePath() throws IOException, InterruptedException {
        Files.writeString(sources.getParent().resolve("module-info.java"), MODULE);
        compile("--module-path");
        assertTestsSucceed(
                List.of(
                        "--module-path",
                        classes + File.pathSeparator + jars(),
                        "--add-modules",
                        "org.junit.jupiter.engine",
                        "--module",
                        "author/author.Main"));
    }

    @Test
    void contractsAndTheReferenceAreAllThatIsExported() {
        ModuleDescriptor kit =
                ModuleFinder.of(location(HaltingContract.class))
                        .find("org.anira.testkit")
                        .orElseThrow()
                        .descriptor();
        assertEquals(
                Set.of("org.anira.testkit", "org.anira.testkit.reference"),
                kit.exports().stream()
                        .map(ModuleDescriptor.Exports::source)
                        .collect(Collectors.toSet()));
    }
}
