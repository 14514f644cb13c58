import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Formats the project's Java sources, or checks that they are formatted. The build runs it once for
 * the whole tree: {@code Format check|apply <root>}.
 */
final class Format {

    private static final Formatter FORMATTER =
            new Formatter(
                    JavaFormatterOptions.builder().style(JavaFormatterOptions.Style.AOSP).build());

    private static final int MOST_ROUNDS = 4;

    private Format() {}

    public static void main(String[] arguments) throws IOException {
        boolean apply =
                switch (arguments[0]) {
                    case "apply" -> true;
                    case "check" -> false;
                    default -> throw new IllegalArgumentException(arguments[0]);
                };
        Path root = Path.of(arguments[1]);
        List<String> problems =
                sources(root).parallelStream()
                        .flatMap(file -> visit(root, file, apply).stream())
                        .sorted()
                        .toList();
        problems.forEach(System.err::println);
        if (!problems.isEmpty()) {
            System.err.println("Format the sources with: mvn -q -N validate -Pformat");
            System.exit(1);
        }
    }

    /** Returns what is wrong with a file, if anything is left wrong. */
    private static Optional<String> visit(Path root, Path file, boolean apply) {
        Path name = root.relativize(file);
        try {
            String source = Files.readString(file);
            String formatted = FORMATTER.formatSourceAndFixImports(source);
            // The formatter may find more to do in what it has made; formatted is what it leaves
            // alone.
            for (int i = 0; apply && i < MOST_ROUNDS; i++) {
                formatted = FORMATTER.formatSourceAndFixImports(formatted);
            }
            if (formatted.equals(source)) {
                return Optional.empty();
            }
            if (apply) {
                Files.writeString(file, formatted);
                System.out.println("Formatted " + name);
                return Optional.empty();
            }
            return Optional.of("Not formatted: " + name);
        } catch (FormatterException | IOException e) {
            return Optional.of("Cannot be formatted: " + name + ": " + e.getMessage());
        }
    }

    private static List<Path> sources(Path root) throws IOException {
        List<Path> sources = new ArrayList<>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path directory, BasicFileAttributes attributes) {
                        String name = directory.getFileName().toString();
                        boolean own = directory.equals(root);
                        return !own && (name.equals("target") || name.startsWith("."))
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (file.toString().endsWith(".java")) {
                            sources.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return sources;
    }
}
