package org.anira.runtime.report;

import org.anira.runtime.run.Estimate;
import org.anira.runtime.run.Status;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sentences on what limits the numbers of a comparison. */
final class Remarks {

    private Remarks() {}

    static List<String> of(Comparison comparison) {
        List<String> remarks = new ArrayList<>();
        comparison.runs().forEach(run -> unfinished(run).ifPresent(remarks::add));
        comparison.groups().forEach(group -> repeated(group).ifPresent(remarks::add));
        comparison.groups().forEach(group -> remarks.add(trend(group, comparison.places())));
        for (Map.Entry<String, List<String>> difference : comparison.differences().entrySet()) {
            if (difference.getKey().startsWith("task.")) {
                remarks.add(
                        "The runs differ in the task itself: %s is %s."
                                .formatted(
                                        difference.getKey(),
                                        String.join(", ", new HashSet<>(difference.getValue()))));
            }
        }
        if (comparison.groups().stream().allMatch(group -> group.runs().size() == 1)) {
            remarks.add(
                    "One seed each: how much results vary from training to training is not known.");
        }
        return List.copyOf(remarks);
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

    /** Says whether depth rises along the first axis, as far as single answers tell. */
    private static String trend(Group group, Places places) {
        Summary summary = group.summary();
        if (!places.numeric()) {
            return "%s: mean depth %.2f; '%s' has no order, so no trend."
                    .formatted(group.label(), summary.depth().value(), places.name());
        }
        if (summary.correlation().isEmpty()) {
            return String.format(
                    Locale.ROOT,
                    "%s: all answers have the same depth, %.0f: no allocation by %s.",
                    group.label(),
                    summary.depth().value(),
                    places.name());
        }
        Estimate rho = summary.correlation().get();
        String verdict =
                rho.low() > 0
                        ? "rises"
                        : rho.high() < 0 ? "falls" : "neither rises nor falls for certain";
        return String.format(
                Locale.ROOT,
                "%s: depth %s with %s: Spearman %+.3f [%+.3f, %+.3f], mean depth %.2f at %s = %s"
                        + " and %.2f at %s.",
                group.label(),
                verdict,
                places.name(),
                rho.value(),
                rho.low(),
                rho.high(),
                group.cells().getFirst().depth().value(),
                places.name(),
                group.cells().getFirst().value(),
                group.cells().getLast().depth().value(),
                group.cells().getLast().value());
    }
}
