package org.anira.app;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * The user's wish to stop. The first Ctrl-C, or the first request of the system to end, asks the
 * work to come to a good end; the second one stops the process at once.
 */
final class Interruption implements BooleanSupplier {

    private final AtomicBoolean asked = new AtomicBoolean();
    private final Runnable first;
    private final Runnable second;

    /**
     * Makes one that listens to nothing yet.
     *
     * @param first done once, when it is first asked for; in another thread
     * @param second done when it is asked for again
     */
    Interruption(Runnable first, Runnable second) {
        this.first = first;
        this.second = second;
    }

    /** Returns one that listens to the process's signals and says what it does. */
    static Interruption ofProcess(Anira anira, String consequence) {
        Interruption interruption =
                new Interruption(
                        () -> anira.say(consequence),
                        () -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED));
        for (String name : new String[] {"INT", "TERM"}) {
            handle(name, interruption::ask);
        }
        return interruption;
    }

    /**
     * Has something done instead of ending the process when a signal arrives. The class that the
     * JDK has for this is reached by reflection, since javac warns of its name and nothing can
     * silence that.
     */
    private static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object acting =
                    Proxy.newProxyInstance(
                            Interruption.class.getClassLoader(),
                            new Class<?>[] {handler},
                            (_, method, _) -> {
                                if (method.getName().equals("handle")) {
                                    action.run();
                                }
                                return null;
                            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), acting);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the module jdk.unsupported has sun.misc.Signal", e);
        }
    }

    /** Asks for the end. */
    void ask() {
        if (asked.compareAndSet(false, true)) {
            first.run();
        } else {
            second.run();
        }
    }

    /** Returns whether the end was asked for. */
    @Override
    public boolean getAsBoolean() {
        return asked.get();
    }
}
