package org.anira.app.bench;

import org.anira.runtime.bench.Workload;
import org.anira.runtime.report.Table;
import org.anira.runtime.run.Json;
import org.anira.runtime.run.Machine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The results of a measurement of speed, as text and as JSON. */
public final class BenchReport {

    private final BenchSizes sizes;
    private final Workload workload;
    private final int rounds;
    private final double seconds;
    private final String peer;
    private final List<Backend> backends = new ArrayList<>();

    /**
     * The rows of a backend, or why there are none.
     *
     * @param options those of the backend's options that were set
     * @param engine how it describes itself
     */
    public record Backend(
            String name,
            Map<String, String> options,
            Map<String, Object> engine,
            Optional<String> obstacle,
            List<Row> rows) {

        /** Returns the row of a pass in one of its forms, if it was measured. */
        Optional<Row> row(String pass, boolean skipping) {
            return rows.stream()
                    .filter(each -> each.pass.equals(pass) && each.skipping == skipping)
                    .findFirst();
        }

        /** Returns the ratios of a row of the skipping form to that of the dense one. */
        Optional<Spread> overDense(Row row) {
            return row.skipping
                    ? row(row.pass, false).map(dense -> Spread.of(row.over(dense.rates)))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return options.entrySet().stream()
                    .map(each -> " " + each)
                    .collect(Collectors.joining("", name, ""));
        }
    }

    /** One pass in one form: its steps per second in each round, and those of the peer. */
    public static final class Row {

        private final String pass;
        private final boolean skipping;
        private final List<Double> rates = new ArrayList<>();
        private final List<Double> peers = new ArrayList<>();
        private OptionalDouble first = OptionalDouble.empty();
        private Optional<StepProfile> profile = Optional.empty();

        public Row(String pass, boolean skipping) {
            this.pass = pass;
            this.skipping = skipping;
        }

        public String pass() {
            return pass;
        }

        public String form() {
            return skipping ? "skipping" : "dense";
        }

        public void add(double rate, Optional<Double> peerRate) {
            rates.add(rate);
            peerRate.ifPresent(peers::add);
        }

        /** Notes the seconds of its very first step. */
        public void first(OptionalDouble seconds) {
            first = seconds;
        }

        /** Notes where the time of a step goes. */
        public void profile(StepProfile measured) {
            profile = Optional.of(measured);
        }

        /** Returns this row's rates over those of others, round by round. */
        private List<Double> over(List<Double> others) {
            return IntStream.range(0, others.size())
                    .mapToObj(i -> rates.get(i) / others.get(i))
                    .toList();
        }
    }

    /** Median, minimum and maximum. */
    private record Spread(double median, double least, double most) {

        static Spread of(List<Double> values) {
            List<Double> sorted = new ArrayList<>(values);
            Collections.sort(sorted);
            int size = sorted.size();
            double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
            return new Spread(median, sorted.getFirst(), sorted.getLast());
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", median, least, most);
        }

        Map<String, Object> map() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("median", median);
            map.put("least", least);
            map.put("most", most);
            return map;
        }
    }

    /**
     * Makes an empty report.
     *
     * @param peer the peer's versions, or why it is not measured
     */
    public BenchReport(
            BenchSizes sizes, Workload workload, int rounds, double seconds, String peer) {
        this.sizes = sizes;
        this.workload = workload;
        this.rounds = rounds;
        this.seconds = seconds;
        this.peer = peer;
    }

    public void add(Backend backend) {
        backends.add(backend);
    }

    /**
     * Returns the ratios of a row to the same one of the backend with its first settings: of
     * compiled programs to others. Both took turns.
     */
    private Optional<Spread> overFirst(Backend backend, Row row) {
        return backends.stream()
                .filter(each -> each.name.equals(backend.name))
                .findFirst()
                .filter(first -> first != backend)
                .flatMap(first -> first.row(row.pass, row.skipping))
                .map(first -> Spread.of(row.over(first.rates)));
    }

    /** Returns whether any backend was measured. */
    public boolean hasFigures() {
        return backends.stream().anyMatch(backend -> backend.obstacle().isEmpty());
    }

    /** Returns the document. */
    public String json() {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("machine", Machine.current());
        Map<String, Object> sizesByName = new LinkedHashMap<>();
        sizes.map().forEach((name, value) -> sizesByName.put(name.replace('-', '_'), value));
        content.put("sizes", sizesByName);
        content.put("rounds", rounds);
        content.put("seconds", seconds);
        content.put("active_share", workload.activeShares());
        content.put("ideal_speed_up", workload.idealSpeedUp());
        content.put("backends", backends.stream().map(this::map).toList());
        content.put("peer", peer);
        return Json.document("anira.bench/1", content);
    }

    private Map<String, Object> map(Backend backend) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", backend.name());
        map.put("options", backend.options());
        map.put("usable", backend.obstacle().isEmpty());
        backend.obstacle().ifPresent(reason -> map.put("reason", reason));
        for (String key : List.of("library", "device", "threads")) {
            if (backend.engine().containsKey(key)) {
                map.put(key, backend.engine().get(key));
            }
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Row row : backend.rows()) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("pass", row.pass());
            each.put("form", row.form());
            Spread rate = Spread.of(row.rates);
            each.put("steps_per_second", rate.map());
            each.put("tokens_per_second", rate.median() * workload.tokens());
            row.first.ifPresent(seconds -> each.put("first_step_seconds", seconds));
            backend.overDense(row).ifPresent(ratio -> each.put("over_dense", ratio.map()));
            overFirst(backend, row).ifPresent(ratio -> each.put("over_eager", ratio.map()));
            if (!row.peers.isEmpty()) {
                each.put("peer_steps_per_second", Spread.of(row.peers).map());
                each.put("over_peer", Spread.of(row.over(row.peers)).map());
            }
            row.profile.ifPresent(profile -> each.put("profile", profile.map()));
            rows.add(each);
        }
        map.put("rows", rows);
        return map;
    }

    /** Returns the tables. */
    @Override
    public String toString() {
        Machine machine = Machine.current();
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%s, %d usable here, %s, Java %s",
                machine.processor(),
                machine.processors(),
                machine.system(),
                machine.java());
        line(
                text,
                "%s; %d rounds of %s s, median (least to most)",
                sizes.map().entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue())
                        .collect(Collectors.joining(", ")),
                rounds,
                seconds);
        line(
                text,
                "Active share by step: %s; skipping can be %.2f times as fast at most",
                Arrays.stream(workload.activeShares())
                        .mapToObj(share -> String.format(Locale.ROOT, "%.2f", share))
                        .collect(Collectors.joining(", ")),
                workload.idealSpeedUp());
        line(text, "");
        Table table =
                new Table(
                        "backend",
                        "pass",
                        "form",
                        "steps/s",
                        "tokens/s",
                        "over dense",
                        "of ideal",
                        "over eager",
                        "over peer",
                        "first step");
        for (Backend backend : backends) {
            for (Row row : backend.rows()) {
                Spread rate = Spread.of(row.rates);
                Optional<Spread> overDense = backend.overDense(row);
                table.row(
                        backend,
                        row.pass(),
                        row.form(),
                        rate,
                        "%.0f".formatted(rate.median() * workload.tokens()),
                        overDense.map(Spread::toString).orElse("–"),
                        overDense
                                .map(each ->
                                        "%.2f".formatted(each.median() / workload.idealSpeedUp()))
                                .orElse("–"),
                        overFirst(backend, row).map(Spread::toString).orElse("–"),
                        row.peers.isEmpty() ? "–" : Spread.of(row.over(row.peers)),
                        row.first.isPresent()
                                ? String.format(Locale.ROOT, "%.2f s", row.first.getAsDouble())
                                : "–");
            }
        }
        if (!table.isEmpty()) {
            text.append(table);
            line(text, "");
        }
        for (Backend backend : backends) {
            line(
                    text,
                    "%s: %s",
                    backend,
                    backend.obstacle()
                            .map(reason -> "not measured: " + reason)
                            .orElseGet(() ->
                                    "%s on %s, threads %s"
                                            .formatted(
                                                    backend.engine().get("library"),
                                                    backend.engine().get("device"),
                                                    backend.engine().get("threads"))));
        }
        line(text, "peer: %s", peer);
        for (Backend backend : backends) {
            for (Row row : backend.rows()) {
                row.profile.ifPresent(profile ->
                        line(
                                text,
                                "%n%s, %s, %s: %s",
                                backend,
                                row.pass(),
                                row.form(),
                                profile.toString().stripTrailing()));
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
