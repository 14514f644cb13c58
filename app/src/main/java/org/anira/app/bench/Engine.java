package org.anira.app.bench;

import org.anira.api.tensor.BackendProvider;
import org.anira.app.process.ChildProcesses;
import org.anira.runtime.run.Json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A backend, with some of its options set, in a process of its own. What keeps it from working ends
 * it, and becomes a line of the report. Closing ends the process.
 */
public final class Engine implements AutoCloseable {

    /** The option of a backend that can compile its programs, and its values that are measured. */
    private static final String COMPILE = "compile";

    private static final List<String> MEASURED = List.of("off", "require");

    private final String backend;
    private final Map<String, String> options;
    private final WorkerProcess worker;
    private final List<BenchReport.Row> rows = new ArrayList<>();
    private Map<String, Object> info = Map.of();
    private Optional<String> obstacle = Optional.empty();

    private Engine(String backend, Map<String, String> options, WorkerProcess worker) {
        this.backend = backend;
        this.options = options;
        this.worker = worker;
    }

    /**
     * Returns the options that a backend is measured with in turn: in most cases there is nothing
     * to vary.
     *
     * @param given options that the user has set, as {@code option=value}
     */
    public static List<Map<String, String>> varied(BackendProvider backend, List<String> given) {
        boolean compiles =
                backend.options().stream()
                        .anyMatch(option ->
                                option.name().equals(COMPILE)
                                        && option.choices().containsAll(MEASURED));
        return compiles && given.stream().noneMatch(word -> word.startsWith(COMPILE + "="))
                ? MEASURED.stream().map(value -> Map.of(COMPILE, value)).toList()
                : List.of(Map.of());
    }

    /**
     * Starts one.
     *
     * @param arguments of the command {@code bench} in its process, besides those that say what
     *     computes
     */
    public static Engine start(
            String backend, Map<String, String> options, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("bench", "--engine", backend));
        options.forEach((name, value) -> words.addAll(List.of("--option", name + "=" + value)));
        words.addAll(arguments);
        Engine engine =
                new Engine(
                        backend, options, new WorkerProcess("its", ChildProcesses.converse(words)));
        engine.attempt(engine::introduce);
        return engine;
    }

    private void introduce() {
        info = Json.object(worker.line());
        if (info.get("obstacle") != null) {
            throw new WorkerProcess.Failure(info.get("obstacle").toString());
        }
        for (Object pass : (List<?>) info.get("passes")) {
            rows.add(new BenchReport.Row(pass.toString(), false));
            rows.add(new BenchReport.Row(pass.toString(), true));
        }
    }

    /** Does something with the process, unless it failed before. */
    private void attempt(Runnable action) {
        if (obstacle.isEmpty()) {
            try {
                action.run();
            } catch (WorkerProcess.Failure e) {
                fail(e);
            }
        }
    }

    /** Gives up: its rows are not shown. */
    public void fail(WorkerProcess.Failure reason) {
        obstacle = Optional.of(reason.getMessage());
        rows.clear();
    }

    /** Returns whether it works. */
    public boolean works() {
        return obstacle.isEmpty();
    }

    /** Returns how it describes itself. */
    public Map<String, Object> info() {
        return info;
    }

    /**
     * Measures every row once, and each pass of the peer after the first row that has it.
     *
     * @param peers steps per second of the peer in this round, by pass; more are added
     * @param peer the peer, if there is one
     * @param counts whether the round is more than a warm-up
     */
    public void round(
            double seconds,
            Map<String, Double> peers,
            Optional<WorkerProcess> peer,
            boolean counts) {
        attempt(() -> {
            for (BenchReport.Row row : rows) {
                WorkerProcess.Answer answer = worker.measure(order(row, seconds));
                peer.ifPresent(other ->
                        peers.computeIfAbsent(
                                row.pass(), pass -> other.measure(pass + " " + seconds).rate()));
                row.first(answer.first());
                if (counts) {
                    row.add(answer.rate(), Optional.ofNullable(peers.get(row.pass())));
                }
            }
        });
    }

    /** Measures once more, with a profile of each row. */
    public void profile(double seconds) {
        attempt(() -> {
            for (BenchReport.Row row : rows) {
                row.profile(
                        StepProfile.of(
                                Json.object(worker.answer("profile " + order(row, seconds)))));
            }
        });
    }

    private static String order(BenchReport.Row row, double seconds) {
        return "%s %s %s".formatted(row.pass(), row.form(), seconds);
    }

    /** Returns what was found. */
    public BenchReport.Backend found() {
        return new BenchReport.Backend(
                backend, new LinkedHashMap<>(options), info, obstacle, List.copyOf(rows));
    }

    @Override
    public void close() {
        worker.close();
    }
}
