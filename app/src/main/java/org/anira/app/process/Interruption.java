package org.anira.app.process;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The wish to stop. The first Ctrl-C, or the first request of the system to end, asks the work to
 * come to a good end. What follows at once is the same wish: a terminal sends Ctrl-C to all
 * processes of a pipeline, and shells, {@code timeout} and the managers of clusters send a process
 * what they send its group as well. A signal that comes later is another wish: to stop at once.
 */
public final class Interruption implements BooleanSupplier {

    /** How long after the first signal others are the same wish. */
    static final Duration ECHO = Duration.ofSeconds(2);

    private final Runnable first;
    private final Runnable again;
    private final LongSupplier clock;
    private OptionalLong heard = OptionalLong.empty();

    /**
     * Makes one that listens to nothing yet.
     *
     * @param first done once, when a signal is first heard; in another thread
     * @param again done when one is heard later
     * @param clock nanoseconds from any origin
     */
    Interruption(Runnable first, Runnable again, LongSupplier clock) {
        this.first = first;
        this.again = again;
        this.clock = clock;
    }

    /**
     * Returns one that listens to the process's signals.
     *
     * @param first done when a signal is first heard
     * @param again done when one is heard later, before the process stops at once
     */
    public static Interruption ofProcess(Runnable first, Runnable again) {
        Interruption interruption =
                new Interruption(
                        first,
                        () -> {
                            again.run();
                            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
                        },
                        System::nanoTime);
        // HUP: the terminal was closed. A process under nohup does not hear it.
        List.of("INT", "TERM", "HUP").forEach(interruption::listen);
        return interruption;
    }

    /**
     * Hears a signal instead of letting it end the process. The class that the JDK has for this is
     * reached by reflection, since javac warns of its name and nothing can silence that.
     */
    private void listen(String name) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object hearing =
                    Proxy.newProxyInstance(
                            Interruption.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (_, method, _) -> {
                                if (method.getName().equals("handle")) {
                                    hear();
                                }
                                return null;
                            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), hearing);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the module jdk.unsupported has sun.misc.Signal", e);
        }
    }

    /** Hears a signal, whichever it is. */
    void hear() {
        boolean wished;
        boolean later;
        synchronized (this) {
            long now = clock.getAsLong();
            wished = heard.isPresent();
            later = wished && now - heard.getAsLong() > ECHO.toNanos();
            if (!wished) {
                heard = OptionalLong.of(now);
            }
        }
        if (!wished) {
            first.run();
        } else if (later) {
            again.run();
        }
    }

    /** Returns whether the end is wished. */
    @Override
    public synchronized boolean getAsBoolean() {
        return heard.isPresent();
    }
}
