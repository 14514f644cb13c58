package org.anira.backend.torch;

import org.anira.api.BackendException;
import org.anira.api.tensor.Session;
import org.anira.backend.floor.Device;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compiles plans, in a process of the Python whose PyTorch this process has loaded, and keeps what
 * that makes. A Python that is gone or a compiler that fails is a {@link NotCompiledException}.
 */
final class Compiler {

    private static final String SCRIPT = "compile.py";

    /** How long one library may take. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** Most processes that compile side by side: each takes about a gigabyte. */
    private static final int MOST_WORKERS = 8;

    /** How often to ask whether to stop. */
    static final Duration POLL = Duration.ofMillis(200);

    /** How long to wait for what a process that has ended said. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private static final String FAILED = "failed ";

    /** What Linux says of a processor that code may depend on, on x86-64 and on arm64. */
    private static final Pattern PROCESSOR =
            Pattern.compile("model name|flags|Features|CPU implementer|CPU part");

    private static final Pattern PROGRESS = Pattern.compile("compiling (\\d+) of (\\d+)");

    private final Installation installation;
    private final Device device;
    private final int threads;
    private final CompiledCache cache;

    Compiler(Installation installation, Device device, int threads, CompiledCache cache) {
        this.installation = installation;
        this.device = device;
        this.threads = threads;
        this.cache = cache;
    }

    /** Compiled pieces, and the key of their folder. */
    record Result(String key, List<CompiledPiece> pieces) {}

    /** Returns what is in the way of compiling, if that is known without trying. */
    Optional<String> obstacle() {
        if (installation.python().isEmpty()) {
            return Optional.of(
                    "no Python belongs to the libtorch in '%s'".formatted(installation.folder()));
        }
        if (cxx().isEmpty()) {
            return Optional.of("there is no C++ compiler (c++ or g++) on the PATH");
        }
        return Optional.empty();
    }

    /** Returns the pieces of a plan, compiled now if that was not done before. */
    Result compile(Plan plan, Session.Listener listener) throws NotCompiledException {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            throw new NotCompiledException(obstacle.get());
        }
        String text = PlanText.of(plan);
        try {
            String key = key(text);
            Path folder = cache.get(key, empty -> make(text, empty, listener), listener);
            List<CompiledPiece> pieces = new ArrayList<>();
            for (String line : Files.readAllLines(folder.resolve("pieces"))) {
                pieces.add(CompiledPiece.load(folder, line, device));
            }
            return new Result(key, pieces);
        } catch (IOException e) {
            throw new NotCompiledException(
                    "the cache in '%s' cannot be used: %s".formatted(cache.folder(), e));
        } catch (IllegalArgumentException | NoSuchElementException | BackendException e) {
            throw new NotCompiledException("a library does not load: " + e.getMessage());
        }
    }

    /** Everything that the machine code depends on. */
    private String key(String text) throws IOException, NotCompiledException {
        return CompiledCache.sha256(
                String.join(
                                "\n",
                                text,
                                device.toString(),
                                String.valueOf(threads),
                                new String(script(), StandardCharsets.UTF_8),
                                installation.build(),
                                firstLine(cxx().orElseThrow(), "--version"),
                                processor(),
                                device.isCpu() ? "" : gpus())
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] script() throws IOException {
        try (InputStream in = Compiler.class.getResourceAsStream(SCRIPT)) {
            return in.readAllBytes();
        }
    }

    private static String processor() throws IOException {
        return lines(Path.of("/proc/cpuinfo"))
                .filter(line -> PROCESSOR.matcher(line).lookingAt())
                .distinct()
                .collect(Collectors.joining("\n"));
    }

    private static String gpus() throws IOException {
        StringBuilder all = new StringBuilder();
        Path driver = Path.of("/proc/driver/nvidia");
        lines(driver.resolve("version")).limit(1).forEach(all::append);
        Path gpus = driver.resolve("gpus");
        if (Files.isDirectory(gpus)) {
            try (Stream<Path> each = Files.list(gpus)) {
                for (Path gpu : each.sorted().toList()) {
                    lines(gpu.resolve("information")).limit(1).forEach(all::append);
                }
            }
        }
        return all.toString();
    }

    private static Stream<String> lines(Path file) throws IOException {
        return Files.isReadable(file) ? Files.readAllLines(file).stream() : Stream.empty();
    }

    /** Returns the C++ compiler that PyTorch would take. */
    private static Optional<Path> cxx() {
        String named = System.getenv().getOrDefault("CXX", "");
        List<String> names = named.isBlank() ? List.of("c++", "g++", "clang++") : List.of(named);
        for (String name : names) {
            if (name.contains(File.separator)) {
                return Optional.of(Path.of(name)).filter(Files::isExecutable);
            }
            for (String folder :
                    System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
                try {
                    Path file = Path.of(folder, name);
                    if (!folder.isEmpty() && Files.isExecutable(file)) {
                        return Optional.of(file);
                    }
                } catch (InvalidPathException _) {
                    // No folder of that name holds anything.
                }
            }
        }
        return Optional.empty();
    }

    private static String firstLine(Path program, String argument)
            throws IOException, NotCompiledException {
        Process process =
                new ProcessBuilder(program.toString(), argument)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        process.getOutputStream().close();
        String line;
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            line = out.readLine();
        }
        if (line == null) {
            throw new NotCompiledException("'%s' does not say its version".formatted(program));
        }
        return line;
    }

    // The process that compiles.

    private void make(String text, Path folder, Session.Listener listener)
            throws IOException, NotCompiledException {
        Path script = folder.resolve(SCRIPT);
        Path plan = folder.resolve("plan");
        Path log = folder.resolve("log");
        Files.write(script, script());
        int workers = Math.min(MOST_WORKERS, Runtime.getRuntime().availableProcessors());
        Files.writeString(
                plan,
                "%s\n%s %d %d\n%s"
                        .formatted(installation.folder(), device, threads, workers, text));
        ProcessBuilder builder =
                new ProcessBuilder(
                                installation.python().orElseThrow().toString(),
                                script.toString(),
                                plan.toString(),
                                folder.toString())
                        .redirectError(log.toFile());
        builder.environment().put("CXX", cxx().orElseThrow().toString());
        builder.environment()
                .put("TORCHINDUCTOR_CACHE_DIR", cache.folder().resolve("inductor").toString());
        Process process = builder.start();
        // Its standard input stays open: it ends when this process does, however that ends.
        Thread killer = new Thread(() -> end(process));
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            String reason = follow(process, listener);
            if (!reason.isEmpty()) {
                throw new NotCompiledException(
                        "%s; the whole of it is in '%s'".formatted(reason, keep(log)));
            }
        } finally {
            end(process);
            forget(killer);
        }
        for (Path file : List.of(script, plan, log)) {
            Files.deleteIfExists(file);
        }
    }

    private static void forget(Thread killer) {
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException _) {
            // The process is ending, and the hook runs.
        }
    }

    private static void end(Process process) {
        List<ProcessHandle> all =
                Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        // What still writes would keep the folder from being deleted.
        all.forEach(each ->
                each.onExit()
                        .completeOnTimeout(each, LAST_WORDS.toSeconds(), TimeUnit.SECONDS)
                        .join());
    }

    /** Follows the process to its end. Returns why it failed; empty if it did not. */
    private static String follow(Process process, Session.Listener listener) {
        BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
        Thread.ofVirtual().start(() -> read(process, lines));
        String failed = "";
        Instant begun = Instant.now();
        try {
            while (true) {
                boolean alive = process.isAlive();
                Optional<String> said =
                        lines.poll((alive ? POLL : LAST_WORDS).toMillis(), TimeUnit.MILLISECONDS);
                if (listener.stops()) {
                    throw new CancellationException("stopped while programs were compiled");
                }
                if (said == null && alive) {
                    if (Instant.now().isAfter(begun.plus(PATIENCE))) {
                        return "a library took more than %d minutes"
                                .formatted(PATIENCE.toMinutes());
                    }
                    continue;
                }
                if (said == null || said.isEmpty()) {
                    break;
                }
                begun = Instant.now();
                String line = said.get();
                Matcher progress = PROGRESS.matcher(line);
                if (progress.matches()) {
                    listener.progress(
                            "compiling",
                            Integer.parseInt(progress.group(1)),
                            Integer.parseInt(progress.group(2)));
                } else if (line.startsWith(FAILED) && failed.isEmpty()) {
                    failed = line.substring(FAILED.length());
                }
            }
            int status = process.waitFor();
            return status == 0 || !failed.isEmpty()
                    ? failed
                    : "the process that compiles ended with " + status;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while programs were compiled");
        }
    }

    /** Reads the lines that a process says, and in the end adds one that is empty. */
    private static void read(Process process, BlockingQueue<Optional<String>> lines) {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            out.lines().map(Optional::of).forEach(lines::add);
        } catch (IOException | UncheckedIOException _) {
            // The process was ended.
        } finally {
            lines.add(Optional.empty());
        }
    }

    /** Keeps the log of a failure, in place of that of the last one. */
    private Path keep(Path log) throws IOException {
        Path kept = cache.folder().resolve("failed.log");
        return Files.move(log, kept, StandardCopyOption.REPLACE_EXISTING);
    }
}
