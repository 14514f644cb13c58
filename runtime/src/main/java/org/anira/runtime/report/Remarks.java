package org.anira.runtime.report;

import org.anira.runtime.run.Status;
import org.anira.runtime.run.UsedPlugin;
import org.anira.runtime.statistics.Estimate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Remarks on the limits of a comparison's numbers, as sentences. */
final class Remarks {

    /** A correlation below this is negligible, even if it is significant. */
    private static final double HARDLY = 0.1;

    private Remarks() {}

    static List<String> of(Comparison comparison) {
        List<String> remarks = new ArrayList<>();
        comparison.runs().forEach(run -> unfinished(run).ifPresent(remarks::add));
        comparison.groups().forEach(group -> repeated(group).ifPresent(remarks::add));
        comparison.groups().forEach(group -> notAboveConstant(group).ifPresent(remarks::add));
        comparison.groups().forEach(group -> remarks.add(trend(group, comparison.scale())));
        for (Map.Entry<String, List<String>> difference : comparison.differences().entrySet()) {
            if (difference.getKey().startsWith("task.")) {
                remarks.add(
                        "The runs differ in the task itself: %s is %s."
                                .formatted(
                                        difference.getKey(),
                                        String.join(
                                                ", ", new LinkedHashSet<>(difference.getValue()))));
            }
        }
        remarks.addAll(otherPlugins(comparison.runs()));
        if (comparison.groups().stream().allMatch(group -> group.runs().size() == 1)) {
            remarks.add(
                    "One seed each: how much results vary from training to training is not known.");
        }
        return List.copyOf(remarks);
    }

    /** Names the plug-ins whose jars differ between the runs that used them. */
    private static List<String> otherPlugins(List<Run> runs) {
        Map<String, Map<Optional<String>, UsedPlugin>> jars = new TreeMap<>();
        runs.stream()
                .flatMap(run -> run.provenance().stream())
                .flatMap(provenance -> provenance.plugins().stream())
                .map(UsedPlugin::of)
                .filter(plugin -> plugin.sha256().isPresent())
                .forEach(plugin ->
                        jars.computeIfAbsent(plugin.id(), _ -> new LinkedHashMap<>())
                                .putIfAbsent(plugin.sha256(), plugin));
        return jars.values().stream()
                .filter(different -> different.size() > 1)
                .map(different ->
                        "The runs were not trained with the same plugin: %s."
                                .formatted(
                                        different.values().stream()
                                                .map(UsedPlugin::toString)
                                                .collect(Collectors.joining(" and "))))
                .toList();
    }

    private static Optional<String> unfinished(Run run) {
        Status status = run.status();
        if (status.state() == Status.State.DONE) {
            return Optional.empty();
        }
        String of =
                run.setting("training.steps").isEmpty()
                        ? ""
                        : " of " + run.setting("training.steps");
        return Optional.of(
                "Run '%s' is not finished: %s at step %d%s; its results are those of step %d."
                        .formatted(run.path(), status.state(), status.step(), of, run.step()));
    }

    private static Optional<String> repeated(Group group) {
        Set<String> seen = new HashSet<>();
        return group.seeds().stream()
                .filter(seed -> !seen.add(seed))
                .findFirst()
                .map(seed ->
                        "%s: seed %s occurs more than once with the same settings; such runs are no new evidence."
                                .formatted(group.label(), seed));
    }

    /**
     * Warns that a group's depths mean nothing if its accuracy is not above the best constant
     * answer's.
     */
    private static Optional<String> notAboveConstant(Group group) {
        Summary summary = group.summary();
        if (Double.isNaN(summary.accuracy().value())) {
            return Optional.of(
                    "%s: no accuracy, since the task asks for no answers; its scores stand in the report and in comparison.csv."
                            .formatted(group.label()));
        }
        return summary.accuracy().low() > summary.constant()
                ? Optional.empty()
                : Optional.of(
                        "%s: accuracy %s is not significantly above that of the best constant answer, %s; its depths mean nothing yet."
                                .formatted(
                                        group.label(),
                                        Tables.number(summary.accuracy().value(), 3),
                                        Tables.number(summary.constant(), 3)));
    }

    /** Says whether the actual depth of single answers rises along the first axis. */
    private static String trend(Group group, AxisScale scale) {
        Summary summary = group.summary();
        Cell first = group.cells().getFirst();
        Cell last = group.cells().getLast();
        if (!scale.numeric() || first == last) {
            return "%s: mean actual depth %s; %s, so no trend."
                    .formatted(
                            group.label(),
                            Tables.number(summary.depth().value(), 2),
                            scale.numeric()
                                    ? "%s = %s alone was evaluated"
                                            .formatted(scale.name(), first.value())
                                    : "'%s' has no order".formatted(scale.name()));
        }
        if (summary.correlation().isEmpty()) {
            return "%s: all answers have the same actual depth, %s: no allocation by %s."
                    .formatted(
                            group.label(), Tables.number(summary.depth().value(), 0), scale.name());
        }
        Estimate rho = summary.correlation().get();
        return String.format(
                Locale.ROOT,
                "%s: actual depth %s with %s: Spearman %+.3f [%+.3f, %+.3f], mean depth %.2f at"
                        + " %s = %s and %.2f at %s.",
                group.label(),
                verdict(rho),
                scale.name(),
                rho.value(),
                rho.low(),
                rho.high(),
                first.depth().value(),
                scale.name(),
                first.value(),
                last.depth().value(),
                last.value());
    }

    private static String verdict(Estimate rho) {
        String hardly = Math.abs(rho.value()) < HARDLY ? "hardly " : "";
        if (rho.low() > 0) {
            return hardly + "rises";
        }
        return rho.high() < 0 ? hardly + "falls" : "neither rises nor falls significantly";
    }
}
