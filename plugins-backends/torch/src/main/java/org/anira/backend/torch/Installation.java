package org.anira.backend.torch;

import org.anira.api.BackendException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A libtorch on this machine.
 *
 * @param folder where its shared libraries lie
 * @param origin who named it, such as {@code ANIRA_TORCH}
 * @param version what a file beside it says, such as {@code 2.15.0+cu132}; empty if none does
 * @param python the Python whose PyTorch it is; empty if it is of none
 */
record Installation(Path folder, String origin, Optional<String> version, Optional<Path> python) {

    /** The oldest minor version of libtorch 2 that has the interface. */
    static final int OLDEST = 10;

    /** What libtorch cannot be without. */
    static final List<String> NEEDED = List.of("c10", "torch_cpu");

    /** In a wheel, and in the archives that hold libtorch alone. */
    private static final List<String> VERSION_FILES = List.of("version.py", "build-version");

    private static final Pattern VERSION =
            Pattern.compile("(?m)^(?:__version__\\s*=\\s*['\"])?(\\d+\\.\\d+[^'\"\\s]*)");

    /**
     * Returns the installation in a folder that was named: the folder of the libraries, or the one
     * around it, as in {@code site-packages/torch}.
     *
     * @throws BackendException BKD-001 if the libraries are not there or are too old
     */
    static Installation at(Path named, String origin) {
        Path folder =
                Stream.of(named, named.resolve("lib"))
                        .filter(place -> missing(place).isEmpty())
                        .findFirst()
                        .orElseThrow(() ->
                                Library.unusable(
                                        "%s names '%s', which has no %s, nor has its folder 'lib'"
                                                .formatted(
                                                        origin,
                                                        named,
                                                        String.join(" and no ", missing(named))),
                                        "Name the folder that holds them, such as"
                                                + " …/site-packages/torch/lib"));
        Installation found =
                new Installation(folder.toAbsolutePath(), origin, version(folder), python(folder));
        found.version().ifPresent(found::requireVersion);
        return found;
    }

    /** Returns it as the PyTorch of a Python. */
    Installation of(Path python) {
        return new Installation(folder, origin, version, Optional.of(python));
    }

    /** Returns the file of a library, such as {@code torch_cpu}. */
    Path file(String library) {
        return file(folder, library);
    }

    /** Throws if a version, as libtorch writes it, is not one that this backend can call. */
    void requireVersion(String found) {
        String[] parts = found.split("[.+]", 3);
        int major = Integer.parseInt(parts[0]);
        int minor = Integer.parseInt(parts[1].replaceAll("\\D.*", ""));
        if (major < 2 || major == 2 && minor < OLDEST) {
            throw Library.unusable(
                    "%s has PyTorch %s, in '%s', which is too old".formatted(origin, found, folder),
                    "Install PyTorch 2.%d or newer there".formatted(OLDEST));
        }
        if (major > 2) {
            throw Library.unusable(
                    "%s has PyTorch %s, in '%s', whose C interface this anira does not know"
                            .formatted(origin, found, folder),
                    "Install PyTorch 2.%d or a newer 2 there".formatted(OLDEST));
        }
    }

    /** Returns what tells one build from others of its version. */
    String build() {
        return versionFile(folder).map(Installation::read).orElse("");
    }

    /**
     * Returns the Python of the packages that a folder is among: that of the nearest folder around
     * them with a {@code bin}. PyTorch is there as a package of Python if it has {@code
     * version.py}.
     */
    private static Optional<Path> python(Path folder) {
        Path around = folder.toAbsolutePath().getParent();
        return Files.isRegularFile(around.resolve(VERSION_FILES.getFirst()))
                ? Stream.iterate(around, Objects::nonNull, Path::getParent)
                        .map(each -> each.resolve("bin").resolve("python3"))
                        .filter(Files::isExecutable)
                        .findFirst()
                : Optional.empty();
    }

    private static List<String> missing(Path folder) {
        return NEEDED.stream()
                .map(library -> file(folder, library))
                .filter(file -> !Files.isRegularFile(file))
                .map(file -> file.getFileName().toString())
                .toList();
    }

    private static Path file(Path folder, String library) {
        return folder.resolve(System.mapLibraryName(library));
    }

    private static Optional<String> version(Path libraries) {
        return versionFile(libraries)
                .map(file -> VERSION.matcher(read(file)))
                .filter(Matcher::find)
                .map(match -> match.group(1));
    }

    private static Optional<Path> versionFile(Path libraries) {
        Path around = libraries.toAbsolutePath().getParent();
        return VERSION_FILES.stream().map(around::resolve).filter(Files::isRegularFile).findFirst();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("'" + file + "' cannot be read", e);
        }
    }
}
