package org.anira.app.bench;

import org.anira.app.process.ChildProcesses;
import org.anira.runtime.run.Json;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Another process that works in turns: it answers each order with a line, and waits in between.
 * Closing ends it.
 */
public final class WorkerProcess implements AutoCloseable {

    /** The number of its last messages that are shown if it ends on its own. */
    private static final int MESSAGES = 3;

    /** The place of the first step's seconds in an answer. */
    private static final int FIRST = 3;

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
     * What was done on an order.
     *
     * @param first seconds of the very first step of its kind; empty if it was not told
     */
    public record Answer(long steps, double seconds, OptionalDouble first) {

        /** Returns steps per second. */
        public double rate() {
            return steps / seconds;
        }
    }

    /**
     * Sends an order to work for some time. The answer is {@code steps seconds processor-seconds},
     * and perhaps the seconds of the first step.
     *
     * @throws Failure if the process ends instead, or says what keeps it from working
     */
    public Answer measure(String order) {
        String answer = answer(order);
        String[] words = answer.split(" ");
        try {
            return new Answer(
                    Long.parseLong(words[0]),
                    Double.parseDouble(words[1]),
                    words.length > FIRST
                            ? OptionalDouble.of(Double.parseDouble(words[FIRST]))
                            : OptionalDouble.empty());
        } catch (RuntimeException e) {
            throw new Failure("%s process answered '%s'".formatted(whose, answer));
        }
    }

    /**
     * Sends an order, and returns the line that answers it.
     *
     * @throws Failure as {@link #measure}
     */
    public String answer(String order) {
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
        return answer;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
