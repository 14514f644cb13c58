package org.anira.app.process;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * A request to stop. The first Ctrl-C or termination signal asks the work to end cleanly. Signals
 * right after it count as the same request: a terminal sends Ctrl-C to all processes of a pipeline,
 * and shells, {@code timeout} and cluster managers may send a signal both to a process and to its
 * group. A later signal asks to stop at once.
 */
public final class Interruption implements BooleanSupplier {

    /** How long after the first signal others count as the same request. */
    static final Duration ECHO = Duration.ofSeconds(2);

    private final Runnable first;
    private final Runnable again;
    private final LongSupplier clock;
    private OptionalLong heard = OptionalLong.empty();

    /**
     * Makes one that does not listen to signals yet.
     *
     * @param first run once, at the first signal, in another thread
     * @param again run at a later signal
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
     * @param first run at the first signal
     * @param again run at a later signal, before the process stops at once
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
        // HUP: the terminal was closed. A process under nohup ignores it.
        List.of("INT", "TERM", "HUP").forEach(interruption::listen);
        return interruption;
    }

    /**
     * Handles a signal instead of letting it end the process. The JDK's class for this is used by
     * reflection, since javac warns of its name and the warning cannot be suppressed.
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

    /** Called at any signal. */
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

    /** Returns whether a stop was requested. */
    @Override
    public synchronized boolean getAsBoolean() {
        return heard.isPresent();
    }
}
