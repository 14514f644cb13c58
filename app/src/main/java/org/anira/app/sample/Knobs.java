package org.anira.app.sample;

import org.anira.api.Names;
import org.anira.api.task.Axis;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Requested values of a task's axes; the other axes are drawn as in training. */
public final class Knobs {

    /** The number of draws from the training distribution, before the grid is searched. */
    private static final int TRIES = 10_000;

    /** Thrown if the values are wrong. */
    public static final class KnobException extends Exception {
        private static final long serialVersionUID = 1L;

        KnobException(String message) {
            super(message);
        }
    }

    private final Task task;
    private final Map<String, Object> wanted = new LinkedHashMap<>();
    private final Limits limits;
    private final boolean trained;
    private final List<Point> grid;

    /**
     * Reads values.
     *
     * @param assignments each {@code AXIS=VALUE}
     * @param random for finding out whether the training distribution reaches them
     * @throws KnobException if an axis or a value does not exist, or no point has them all
     */
    public Knobs(Task task, List<String> assignments, RandomGenerator random) throws KnobException {
        this.task = task;
        Map<String, Axis> axes =
                task.axes().stream().collect(Collectors.toMap(Axis::name, Function.identity()));
        List<String> names = task.axes().stream().map(Axis::name).toList();
        for (String assignment : assignments) {
            String[] sides = assignment.split("=", 2);
            if (sides.length != 2) {
                throw new KnobException(
                        "--knob is '%s', expected AXIS=VALUE; axes: %s"
                                .formatted(assignment, String.join(", ", names)));
            }
            if (!axes.containsKey(sides[0])) {
                throw new KnobException(
                        "--knob is '%s', but there is no axis '%s'. %s Axes: %s"
                                .formatted(
                                        assignment,
                                        sides[0],
                                        Names.suggestion(sides[0], names),
                                        String.join(", ", names))
                                .replace("  ", " "));
            }
            if (wanted.put(sides[0], value(assignment, axes.get(sides[0]), sides[1])) != null) {
                throw new KnobException(
                        "--knob is '%s', but axis '%s' is given already"
                                .formatted(assignment, sides[0]));
            }
        }
        limits =
                axis ->
                        wanted.get(axis.name()) instanceof Integer most
                                ? Math.clamp(most, axis.least(), axis.most())
                                : axis.most();
        trained = drawn(random).isPresent();
        grid = task.grid().stream().filter(this::fits).toList();
        if (!trained && grid.isEmpty()) {
            throw new KnobException(
                    "no sample has %s: the task neither trains nor evaluates there. %s"
                            .formatted(
                                    wanted.entrySet().stream()
                                            .map(Object::toString)
                                            .collect(Collectors.joining(", ")),
                                    ranges(task)));
        }
    }

    private static Object value(String assignment, Axis axis, String text) throws KnobException {
        return switch (axis) {
            case Axis.Range range -> {
                if (!text.matches("\\d{1,9}")) {
                    throw new KnobException(
                            "--knob is '%s', expected a whole number for axis '%s'"
                                    .formatted(assignment, range.name()));
                }
                yield Integer.parseInt(text);
            }
            case Axis.Values values -> {
                if (!values.values().contains(text)) {
                    throw new KnobException(
                            "--knob is '%s', expected one of %s"
                                    .formatted(assignment, String.join(", ", values.values())));
                }
                yield text;
            }
        };
    }

    private static String ranges(Task task) {
        return task.axes().stream()
                .map(axis ->
                        switch (axis) {
                            case Axis.Range range ->
                                    "%s is %d to %d in training"
                                            .formatted(range.name(), range.least(), range.most());
                            case Axis.Values values ->
                                    "%s is one of %s"
                                            .formatted(
                                                    values.name(),
                                                    String.join(", ", values.values()));
                        })
                .collect(Collectors.joining("; "));
    }

    private boolean fits(Point point) {
        return wanted.entrySet().stream()
                .allMatch(each -> each.getValue().equals(point.values().get(each.getKey())));
    }

    private Optional<Point> drawn(RandomGenerator random) {
        for (int i = 0; i < TRIES; i++) {
            Point point = task.draw(limits, random);
            if (fits(point)) {
                return Optional.of(point);
            }
        }
        return Optional.empty();
    }

    /**
     * Draws a point that has the values: from the training distribution if that reaches them,
     * otherwise uniformly from the grid.
     */
    public Point draw(RandomGenerator random) {
        Optional<Point> point = trained ? drawn(random) : Optional.empty();
        if (point.isPresent()) {
            return point.get();
        }
        List<Point> points = grid.isEmpty() ? task.grid() : grid;
        return points.get(random.nextInt(points.size()));
    }
}
