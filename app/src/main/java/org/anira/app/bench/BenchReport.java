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

    /** The rows of a backend, or why there are none. */
    public record Backend(
            String name, Map<String, Object> engine, Optional<String> obstacle, List<Row> rows) {

        public static Backend unusable(String name, String reason) {
            return new Backend(name, Map.of(), Optional.of(reason), List.of());
        }

        /** Returns the row of the dense form of the same pass. */
        Row dense(Row row) {
            return rows.stream()
                    .filter(each -> each.pass.equals(row.pass) && !each.skipping)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** One pass in one form: its steps per second in each round, and those of the peer. */
    public static final class Row {

        private final String pass;
        private final boolean skipping;
        private final List<Double> rates = new ArrayList<>();
        private final List<Double> peers = new ArrayList<>();

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
            if (row.skipping) {
                each.put("over_dense", Spread.of(row.over(backend.dense(row).rates)).map());
            }
            if (!row.peers.isEmpty()) {
                each.put("peer_steps_per_second", Spread.of(row.peers).map());
                each.put("over_peer", Spread.of(row.over(row.peers)).map());
            }
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
                        "over peer");
        for (Backend backend : backends) {
            for (Row row : backend.rows()) {
                Spread rate = Spread.of(row.rates);
                Optional<Spread> overDense =
                        row.skipping
                                ? Optional.of(Spread.of(row.over(backend.dense(row).rates)))
                                : Optional.empty();
                table.row(
                        backend.name(),
                        row.pass(),
                        row.form(),
                        rate,
                        "%.0f".formatted(rate.median() * workload.tokens()),
                        overDense.map(Spread::toString).orElse("–"),
                        overDense
                                .map(each ->
                                        "%.2f".formatted(each.median() / workload.idealSpeedUp()))
                                .orElse("–"),
                        row.peers.isEmpty() ? "–" : Spread.of(row.over(row.peers)));
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
                    backend.name(),
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
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
