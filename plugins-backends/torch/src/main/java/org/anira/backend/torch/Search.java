package org.anira.backend.torch;

import org.anira.api.BackendException;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Looks for libtorch. What is named first is taken, or refused: the option {@code library}, the
 * environment variable {@code ANIRA_TORCH}, the PyTorch of the active Python, the CPU build that
 * comes with the plug-in. Python is asked where its PyTorch is; it does not import it.
 */
final class Search {

    /** The environment variable. */
    static final String VARIABLE = "ANIRA_TORCH";

    /** In place of a folder: the CPU build that comes with the plug-in. */
    static final String BUNDLED = "bundled";

    /** Finds the module without importing it, and not in the folder that anira was started in. */
    private static final String QUESTION =
            "import sys, importlib.util; sys.path = [p for p in sys.path if p];"
                    + " found = importlib.util.find_spec('torch');"
                    + " print(*(found.submodule_search_locations or [] if found else []))";

    private final Map<String, String> environment;
    private final Path bundle;
    private final Duration patience;

    /** What was looked at in vain. */
    private final List<String> passed = new ArrayList<>();

    /**
     * Makes a search.
     *
     * @param environment the environment variables
     * @param bundle where the build that comes with the plug-in would be
     * @param patience how long Python may take to answer
     */
    Search(Map<String, String> environment, Path bundle, Duration patience) {
        this.environment = environment;
        this.bundle = bundle;
        this.patience = patience;
    }

    /** Makes a search with the environment of this process. */
    static Search ofEnvironment() {
        return new Search(System.getenv(), ownFolder().resolve("libtorch"), Duration.ofSeconds(20));
    }

    /**
     * Returns what is to be used.
     *
     * @param option the value of the option {@code library}; empty if it is not set
     * @throws BackendException BKD-001 if there is nothing, or what was named cannot be used
     */
    Installation find(String option) {
        if (!option.isEmpty()) {
            return named(option, "the option 'library'");
        }
        String variable = environment.getOrDefault(VARIABLE, "");
        if (!variable.isEmpty()) {
            return named(variable, VARIABLE);
        }
        Optional<Path> python = python();
        if (python.isPresent()) {
            Optional<Path> torch = torchOf(python.get());
            if (torch.isPresent()) {
                return Installation.at(torch.get(), "'" + python.get() + "'").of(python.get());
            }
        }
        return bundled();
    }

    /** Returns what was looked at in vain, for whoever wonders. */
    List<String> passed() {
        return List.copyOf(passed);
    }

    private Installation named(String value, String origin) {
        if (value.equals(BUNDLED)) {
            return bundled();
        }
        try {
            return Installation.at(Path.of(value), origin);
        } catch (InvalidPathException e) {
            throw Library.unusable(
                    "%s names '%s', which is no path".formatted(origin, value),
                    "Name a folder that holds libtorch");
        }
    }

    private Installation bundled() {
        if (!Files.isDirectory(bundle)) {
            passed.add("no build comes with this plug-in in '%s'".formatted(bundle));
            throw Library.unusable(
                    "no libtorch was found (%s)".formatted(String.join("; ", passed)),
                    ("Install PyTorch 2.%d or newer for the active Python, or let the option"
                                    + " 'library' or the environment variable %s name the folder of"
                                    + " one")
                            .formatted(Installation.OLDEST, VARIABLE));
        }
        return Installation.at(bundle, "the plug-in's own folder");
    }

    /** Returns the active Python: that of the virtual environment, or the first on the path. */
    private Optional<Path> python() {
        String virtual = environment.getOrDefault("VIRTUAL_ENV", "");
        List<Path> folders = new ArrayList<>();
        if (!virtual.isEmpty()) {
            folders.add(Path.of(virtual, "bin"));
        }
        for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
            try {
                if (!folder.isEmpty()) {
                    folders.add(Path.of(folder));
                }
            } catch (InvalidPathException e) {
                passed.add("'%s' on the PATH is no path".formatted(folder));
            }
        }
        for (Path folder : folders) {
            for (String name : List.of("python3", "python")) {
                Path file = folder.resolve(name);
                if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                    return Optional.of(file);
                }
            }
        }
        passed.add("no Python is active");
        return Optional.empty();
    }

    private Optional<Path> torchOf(Path python) {
        Optional<String> answer = ask(python);
        if (answer.isEmpty()) {
            return Optional.empty();
        }
        String folder = answer.get().strip();
        if (folder.isEmpty()) {
            passed.add("'%s' has no torch".formatted(python));
            return Optional.empty();
        }
        return Optional.of(Path.of(folder));
    }

    private Optional<String> ask(Path python) {
        try {
            Process process =
                    new ProcessBuilder(python.toString(), "-c", QUESTION)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().close();
            // The answer is a line, which a pipe holds until it is read.
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                passed.add(
                        "'%s' did not answer within %d s".formatted(python, patience.toSeconds()));
                return Optional.empty();
            }
            if (process.exitValue() != 0) {
                passed.add("'%s' ended with %d".formatted(python, process.exitValue()));
                return Optional.empty();
            }
            return Optional.of(
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            passed.add("'%s' could not be asked: %s".formatted(python, e.getMessage()));
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            passed.add("'%s' was not waited for".formatted(python));
            return Optional.empty();
        }
    }

    /** Returns the folder that holds the jar of this plug-in, or its folder of classes. */
    private static Path ownFolder() {
        CodeSource source = Search.class.getProtectionDomain().getCodeSource();
        try {
            return Path.of(source.getLocation().toURI()).toAbsolutePath().getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a jar at " + source.getLocation(), e);
        }
    }
}
