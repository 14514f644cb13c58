package org.anira.app.bench;

import org.anira.app.process.ChildProcesses;
import org.anira.runtime.run.Json;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Another process that works when it is its turn: an order goes in, a line comes out, and in
 * between it waits. Closing ends it.
 */
public final class WorkerProcess implements AutoCloseable {

    /** How many of its last messages are told if it ends on its own. */
    private static final int MESSAGES = 3;

    private final String whose;
    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;
    private final Deque<String> messages = new ConcurrentLinkedDeque<>();
    private final Thread follower;

    /** The process ended, or answered with something else. */
    public static final class Ended extends RuntimeException {

        private static final long serialVersionUID = 1;

        Ended(String message) {
            super(message);
        }
    }

    /**
     * Takes over a process.
     *
     * @param whose what messages call it, such as {@code its}
     */
    public WorkerProcess(String whose, Process process) {
        this.whose = whose;
        this.process = process;
        orders = process.outputWriter();
        answers = process.inputReader();
        follower =
                ChildProcesses.follow(
                        process,
                        line -> {
                            messages.add(line);
                            if (messages.size() > MESSAGES) {
                                messages.removeFirst();
                            }
                        });
    }

    /**
     * Waits for a line.
     *
     * @throws Ended if the process ends instead
     */
    public String line() {
        try {
            String line = answers.readLine();
            if (line != null) {
                return line;
            }
            int code = process.waitFor();
            follower.join();
            throw new Ended(
                    "%s process ended with %d%s"
                            .formatted(
                                    whose,
                                    code,
                                    messages.isEmpty() ? "" : ": " + String.join(" ", messages)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Ended(whose + " process was interrupted");
        }
    }

    /**
     * Gives an order to work for some time.
     *
     * @return steps per second, of the line {@code steps seconds processor-seconds}
     * @throws Ended if the process ends instead, or says what keeps it from working
     */
    public double rate(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
        } catch (IOException e) {
            // It has ended; why is read below.
        }
        String answer = line();
        if (answer.startsWith("{") && Json.object(answer).get("obstacle") instanceof String why) {
            throw new Ended(why);
        }
        String[] words = answer.split(" ");
        try {
            return Long.parseLong(words[0]) / Double.parseDouble(words[1]);
        } catch (RuntimeException e) {
            throw new Ended("%s process answered '%s'".formatted(whose, answer));
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
