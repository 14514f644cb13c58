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
 * Another process that works in turns: it answers each order with a line, and waits in between.
 * Closing ends it.
 */
public final class WorkerProcess implements AutoCloseable {

    /** The number of its last messages that are shown if it ends on its own. */
    private static final int MESSAGES = 3;

    private final String whose;
    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;
    private final Deque<String> messages = new ConcurrentLinkedDeque<>();
    private final Thread follower;

    /** Thrown if the process ended, or gave an unexpected answer. */
    public static final class Failure extends RuntimeException {

        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }

    /**
     * Takes over a process.
     *
     * @param whose the beginning of messages about it, such as {@code its}
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
     * @throws Failure if the process ends instead
     */
    public String line() {
        try {
            String line = answers.readLine();
            if (line != null) {
                return line;
            }
            int code = process.waitFor();
            follower.join();
            throw new Failure(
                    "%s process ended with %d%s"
                            .formatted(
                                    whose,
                                    code,
                                    messages.isEmpty() ? "" : ": " + String.join(" ", messages)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(whose + " process was interrupted");
        }
    }

    /**
     * Sends an order to work for some time.
     *
     * @return steps per second, from the answer {@code steps seconds processor-seconds}
     * @throws Failure if the process ends instead, or says what keeps it from working
     */
    public double rate(String order) {
        try {
            orders.write(order + "\n");
            orders.flush();
        } catch (IOException e) {
            // The process has ended; the reason is read below.
        }
        String answer = line();
        if (answer.startsWith("{") && Json.object(answer).get("obstacle") instanceof String why) {
            throw new Failure(why);
        }
        String[] words = answer.split(" ");
        try {
            return Long.parseLong(words[0]) / Double.parseDouble(words[1]);
        } catch (RuntimeException e) {
            throw new Failure("%s process answered '%s'".formatted(whose, answer));
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
