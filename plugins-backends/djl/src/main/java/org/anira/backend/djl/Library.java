package org.anira.backend.djl;

import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import ai.djl.util.Platform;

import org.anira.api.BackendException;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.Refusals;
import org.anira.backend.floor.Threads;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The native library, loaded once per process and never unloaded.
 *
 * <p>DJL unpacks its natives into a folder before it loads them. The folder is, in this order, what
 * the environment or the system property {@code ENGINE_CACHE_DIR} or {@code DJL_CACHE_DIR} says,
 * {@code $XDG_CACHE_HOME/anira/djl}, {@code ~/.cache/anira/djl}, or one below {@code
 * java.io.tmpdir} if that cannot be written. DJL's engine object, which reports usage, is never
 * made, and DJL is told to stay off the network. JNA, by which DJL looks for CUDA, unpacks its own
 * library into the same folder.
 */
final class Library {

    /** The words of this backend's refusals. */
    static final Refusals REFUSALS = new Refusals("djl");

    private static final Threads THREADS = new Threads(REFUSALS.backend(), "libtorch");

    /** Where Linux lists the files that are mapped into this process. */
    private static final Path MAPPED = Path.of("/proc/self/maps");

    private static boolean loaded;

    private Library() {}

    /**
     * Loads the natives if that has not been done.
     *
     * @throws BackendException BKD-001 if there are none for this machine, they do not load, there
     *     is no place to unpack them, or another backend has brought a libtorch into the process
     */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        requireAlone(MAPPED);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        // DJL looks for its resources with the context class loader.
        thread.setContextClassLoader(Library.class.getClassLoader());
        try {
            prepare();
            LibUtils.loadLibrary();
            JniUtils.setNumInteropThreads(1);
            loaded = true;
        } catch (RuntimeException | LinkageError | AssertionError e) {
            throw e instanceof BackendException known ? known : unusable(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** Two libtorch share names and state. @param maps a list as in {@link #MAPPED} */
    static void requireAlone(Path maps) {
        if (!Files.isReadable(maps)) {
            return;
        }
        String name = "/" + System.mapLibraryName("torch_cpu");
        try {
            for (String line : Files.readAllLines(maps)) {
                if (line.endsWith(name)) {
                    throw new BackendException(
                            "BKD-001",
                            ("Backend 'djl' has a libtorch of its own, but this process has '%s'"
                                 + " already, and two do not work side by side. Use one backend"
                                 + " with a libtorch per process.")
                                    .formatted(line.substring(line.indexOf('/'))));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(maps + " cannot be read", e);
        }
    }

    private static void prepare() {
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        if (!isSet("ENGINE_CACHE_DIR") && !isSet("DJL_CACHE_DIR")) {
            System.setProperty("ENGINE_CACHE_DIR", cache().toString());
        }
        Path folder = folder();
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw unusable(e);
        }
        if (System.getProperty("jna.tmpdir") == null) {
            System.setProperty("jna.tmpdir", folder.toString());
        }
        // A placeholder is a platform without natives, for which DJL would go to the network.
        if (!isSet("PYTORCH_LIBRARY_PATH") && Platform.detectPlatform("pytorch").isPlaceholder()) {
            throw unusable("no PyTorch natives for this platform", null);
        }
    }

    /** Returns the folder that DJL unpacks its natives into. */
    private static Path folder() {
        String name = isSet("ENGINE_CACHE_DIR") ? "ENGINE_CACHE_DIR" : "DJL_CACHE_DIR";
        return Path.of(System.getProperty(name, System.getenv(name)));
    }

    private static BackendException unusable(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof FileSystemException e) {
                return notUnpacked(
                        folder(),
                        e.getReason() == null ? "it cannot be written" : e.getReason(),
                        e);
            }
            if (cause instanceof IOException e) {
                return notUnpacked(folder(), Refusals.firstLine(e), e);
            }
        }
        return Refusals.firstLine(thrown).contains("failed to map segment")
                ? notUnpacked(folder(), "programs there may not be executed", thrown)
                : unusable(Refusals.firstLine(thrown), thrown);
    }

    /** Returns the error for a place that cannot take the natives. */
    static BackendException notUnpacked(Path folder, String reason, Throwable cause) {
        return new BackendException(
                "BKD-001",
                ("Backend 'djl' is present but not usable here: its natives cannot be unpacked in"
                     + " '%s': %s. Name another folder for caches, as in XDG_CACHE_HOME=DIR, or"
                     + " make room.")
                        .formatted(folder, reason),
                cause);
    }

    private static BackendException unusable(String reason, Throwable cause) {
        String platform = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        return new BackendException(
                "BKD-001",
                ("Backend 'djl' is present but not usable here (%s): %s. Put a pytorch-native jar"
                     + " for this platform into the plug-in's folder, or set PYTORCH_LIBRARY_PATH"
                     + " to the folder of a libtorch 2.7.1.")
                        .formatted(platform, reason),
                cause);
    }

    private static boolean isSet(String name) {
        String value = System.getProperty(name, System.getenv(name));
        return value != null && !value.isEmpty();
    }

    private static Path cache() {
        String standard = System.getenv("XDG_CACHE_HOME");
        Path base =
                standard == null || standard.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(standard);
        Path folder = base.resolve("anira").resolve("djl");
        try {
            Files.createDirectories(folder);
            if (Files.isWritable(folder)) {
                return folder;
            }
        } catch (IOException e) {
            // The next place is tried.
        }
        return Path.of(
                System.getProperty("java.io.tmpdir"),
                "anira-djl-" + System.getProperty("user.name"));
    }

    /**
     * Notes a session and sets the number of threads of an operation.
     *
     * @throws BackendException BKD-001 if a session with another number is open
     */
    static void enter(int threads) {
        THREADS.enter(threads);
        JniUtils.setNumThreads(threads);
        JniUtils.setGraphExecutorOptimize(false);
        JniUtils.setGradMode(false);
    }

    /** Notes that a session was closed. */
    static void leave() {
        THREADS.leave();
    }

    /** Returns libtorch's version, such as {@code 2.7.1}. */
    static String version() {
        return LibUtils.getVersion();
    }

    /** Returns whether libtorch sees a CUDA device. */
    static boolean hasCuda() {
        return JniUtils.getFeatures().contains("CUDA");
    }

    /** Returns what is in the way of computing on a CUDA device, if anything. */
    static Optional<String> obstacle(Device cuda) {
        try {
            Torch.DELETE.on(Torch.zeros(new long[] {1}, Torch.FLOAT32, Torch.numbers(cuda)));
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(Refusals.firstLine(e));
        }
    }
}
