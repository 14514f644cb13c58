package org.anira.app;

import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The user's wish to stop. The first Ctrl-C, or the first request of the system to end, asks the
 * work to come to a good end; the same one again stops the process at once. Another signal in
 * between is the same wish: a terminal sends Ctrl-C to all processes, and one of them may pass it
 * on as a request to end.
 */
final class Interruption implements BooleanSupplier {

    private final Set<String> heard = new HashSet<>();
    private final Runnable first;
    private final Runnable again;

    /**
     * Makes one that listens to nothing yet.
     *
     * @param first done once, when a signal is first heard; in another thread
     * @param again done when that signal is heard again
     */
    Interruption(Runnable first, Runnable again) {
        this.first = first;
        this.again = again;
    }

    /**
     * Returns one that listens to the process's signals.
     *
     * @param first done when a signal is first heard
     * @param again done when it is heard again, before the process stops at once
     */
    static Interruption ofProcess(Runnable first, Runnable again) {
        Interruption interruption =
                new Interruption(
                        first,
                        () -> {
                            again.run();
                            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
                        });
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
                                    hear(name);
                                }
                                return null;
                            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), hearing);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the module jdk.unsupported has sun.misc.Signal", e);
        }
    }

    /** Hears a signal. */
    void hear(String signal) {
        boolean wished;
        boolean repeated;
        synchronized (heard) {
            wished = !heard.isEmpty();
            repeated = !heard.add(signal);
        }
        if (!wished) {
            first.run();
        } else if (repeated) {
            again.run();
        }
    }

    /** Returns whether the end is wished. */
    @Override
    public boolean getAsBoolean() {
        synchronized (heard) {
            return !heard.isEmpty();
        }
    }
}
