package org.anira.backend.torch;

import org.anira.api.BackendException;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.Refusals;
import org.anira.backend.floor.Threads;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** libtorch, loaded once per process and never unloaded. */
final class Library {

    /** The words of this backend's refusals. */
    static final Refusals REFUSALS = new Refusals("torch");

    /** {@code c10::TensorImpl::mutable_grad()}. */
    static final String GRADIENT = "_ZN3c1010TensorImpl12mutable_gradEv";

    /** {@code at::set_num_threads(int)}. */
    static final String SET_THREADS = "_ZN2at15set_num_threadsEi";

    /** {@code operator new(std::size_t)}. */
    static final String NEW = "_Znwm";

    /** Where Linux lists the files that are mapped into this process. */
    private static final Path MAPPED = Path.of("/proc/self/maps");

    private static final Threads THREADS = new Threads(REFUSALS.backend(), "libtorch");

    private static Installation loaded;
    private static SymbolLookup symbols;
    private static String version;
    private static Optional<String> cudaObstacle;

    private Library() {}

    /**
     * Loads an installation if that has not been done.
     *
     * @throws BackendException BKD-001 if it does not load, lacks what this backend calls, or
     *     another libtorch is in the process already
     */
    static synchronized void load(Installation wanted) {
        requireAlone(wanted);
        if (loaded != null) {
            return;
        }
        SymbolLookup core = open(wanted, "c10");
        SymbolLookup operators = open(wanted, "torch_cpu");
        SymbolLookup both = operators.or(core);
        for (String needed : new String[] {"torch_call_dispatcher", GRADIENT, SET_THREADS, NEW}) {
            if (both.find(needed).isEmpty()) {
                throw unusable(
                        "the libtorch in '%s' has no function %s, which this backend calls"
                                .formatted(wanted.folder(), needed),
                        "Use PyTorch 2.%d or newer for this platform"
                                .formatted(Installation.OLDEST));
            }
        }
        symbols = both;
        version = wanted.version().orElseGet(Library::askVersion);
        wanted.requireVersion(version);
        loaded = wanted;
    }

    /** Two libtorch share names and state: the second would run on half of the first. */
    private static void requireAlone(Installation wanted) {
        Optional<Path> other =
                mapped().filter(file ->
                                Installation.NEEDED.stream()
                                        .map(wanted::file)
                                        .anyMatch(own ->
                                                file.getFileName().equals(own.getFileName())
                                                        && !isSame(file, own)))
                        .findFirst();
        if (other.isPresent()) {
            throw unusable(
                    "%s has the libtorch in '%s', but this process has that of '%s' already, and two do not work side by side"
                            .formatted(wanted.origin(), wanted.folder(), other.get().getParent()),
                    "Use one backend with a libtorch, and one libtorch, per process");
        }
    }

    private static Stream<Path> mapped() {
        if (!Files.isReadable(MAPPED)) {
            return Stream.empty();
        }
        try {
            return Files.readAllLines(MAPPED).stream()
                    .filter(line -> line.indexOf('/') >= 0)
                    .map(line -> Path.of(line.substring(line.indexOf('/'))));
        } catch (IOException e) {
            throw new UncheckedIOException(MAPPED + " cannot be read", e);
        }
    }

    private static boolean isSame(Path mapped, Path file) {
        try {
            return mapped.equals(file.toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    @SuppressWarnings("restricted")
    private static SymbolLookup open(Installation wanted, String library) {
        Path file = wanted.file(library);
        try {
            return SymbolLookup.libraryLookup(file, Arena.global());
        } catch (IllegalArgumentException e) {
            throw unusable(
                    "'%s' does not load: %s".formatted(file, obstacle(file)),
                    "Install PyTorch anew, or name another with the option 'library' or "
                            + Search.VARIABLE);
        }
    }

    /** Returns why a library does not load, which the look-up does not say. */
    @SuppressWarnings("restricted")
    private static String obstacle(Path file) {
        try {
            System.load(file.toString());
            return "it did so at the second attempt only";
        } catch (UnsatisfiedLinkError e) {
            return Refusals.firstLine(e);
        }
    }

    private static String askVersion() {
        long encoded = Native.abiVersion();
        return "%d.%d.%d".formatted(encoded >>> 56, encoded >>> 48 & 0xff, encoded >>> 40 & 0xff);
    }

    /** Returns a function of libtorch. */
    static Optional<MemorySegment> find(String symbol) {
        return symbols.find(symbol);
    }

    /** Returns a function of libtorch that every version has. */
    static MemorySegment symbol(String name) {
        return find(name)
                .orElseThrow(() ->
                        unusable(
                                "the libtorch in use has no function " + name,
                                "Use PyTorch 2.%d or newer".formatted(Installation.OLDEST)));
    }

    /** Loads what computes on CUDA. Returns what is in the way, if anything. */
    static synchronized Optional<String> loadCuda() {
        if (cudaObstacle == null) {
            cudaObstacle = tryCuda();
        }
        return cudaObstacle;
    }

    @SuppressWarnings("restricted")
    private static Optional<String> tryCuda() {
        if (!Files.isRegularFile(loaded.file("torch_cuda"))) {
            return Optional.of("PyTorch %s is a build without CUDA".formatted(version));
        }
        String driver = System.mapLibraryName("cuda") + ".1";
        try {
            SymbolLookup.libraryLookup(driver, Arena.global());
        } catch (IllegalArgumentException e) {
            return Optional.of("there is no NVIDIA driver (%s)".formatted(driver));
        }
        try {
            open(loaded, "torch_cuda");
            return Optional.empty();
        } catch (BackendException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** Returns what is in the way of computing on a CUDA device, if anything. */
    static Optional<String> obstacle(Device cuda) {
        Optional<String> missing = loadCuda();
        if (missing.isPresent()) {
            return missing;
        }
        try (Torch torch = new Torch()) {
            Torch.delete(torch.zeros(new long[] {1}, Native.FLOAT32, cuda));
            return Optional.empty();
        } catch (BackendException e) {
            return Optional.of(e.getMessage());
        }
    }

    /**
     * Notes a session and sets the number of threads of an operation.
     *
     * @throws BackendException BKD-001 if a session with another number is open
     */
    static void enter(int threads) {
        THREADS.enter(threads);
        Native.setThreads(threads);
        Native.record(false);
    }

    /** Notes that a session was closed. */
    static void leave() {
        THREADS.leave();
    }

    /** Returns the version of the libtorch that is loaded, such as {@code 2.15.0+cu132}. */
    static synchronized String version() {
        return version;
    }

    /** What to say when libtorch cannot be used: what was found where, and what to do. */
    static BackendException unusable(String reason, String advice) {
        return new BackendException(
                "BKD-001",
                ("Backend 'torch' is present but not usable here: %s. %s; '%s' as the folder is the"
                                + " CPU build that comes with anira.")
                        .formatted(reason, advice, Search.BUNDLED));
    }
}
