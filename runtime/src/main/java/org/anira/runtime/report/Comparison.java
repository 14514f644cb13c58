package org.anira.runtime.report;

import org.anira.api.DataException;
import org.anira.api.SettingsException;
import org.anira.runtime.run.Generation;
import org.anira.runtime.run.RunFolder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares several runs of one task, from their folders alone. Runs that differ only in the seed
 * are pooled. Immutable; {@link #write} makes the tables, figures and the report.
 */
public final class Comparison {

    private final List<Run> runs;
    private final AxisScale scale;
    private final List<Group> groups;

    private Comparison(List<Run> runs, AxisScale scale, List<Group> groups) {
        this.runs = runs;
        this.scale = scale;
        this.groups = groups;
    }

    /**
     * Compares runs.
     *
     * @param folders at least one run, each once; the order is that of legends and tables
     * @throws SettingsException CFG-008 if there is no run, or two have different tasks or axes
     * @throws DataException RUN-004 if a file is missing or damaged; RUN-007 if a run was never
     *     evaluated
     */
    public static Comparison of(List<RunFolder> folders) {
        if (folders.isEmpty()) {
            throw new SettingsException(
                    "CFG-008", "No run to compare. Name run folders, as in 'runs/mine/001'.");
        }
        List<Run> runs = folders.stream().map(Run::read).toList();
        runs.forEach(run -> check(runs.getFirst(), run));
        AxisScale scale = scale(runs);
        Map<List<Object>, List<Run>> together = new LinkedHashMap<>();
        for (Run run : runs) {
            for (String rule : run.rules()) {
                together.computeIfAbsent(List.of(run.identity(), rule), _ -> new ArrayList<>())
                        .add(run);
            }
        }
        List<String> rules = together.keySet().stream().map(key -> key.get(1).toString()).toList();
        List<List<Run>> members = List.copyOf(together.values());
        List<String> labels = Labels.of(members.stream().map(List::getFirst).toList(), rules);
        List<Group> groups = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            groups.add(Group.of(labels.get(i), rules.get(i), members.get(i), scale));
        }
        return new Comparison(runs, scale, List.copyOf(groups));
    }

    private static void check(Run first, Run other) {
        if (!first.setting("task.name").equals(other.setting("task.name"))) {
            throw new SettingsException(
                    "CFG-008",
                    "Runs of different tasks cannot be compared: '%s' is of '%s', '%s' of '%s'. Compare them one by one."
                            .formatted(
                                    first.path(),
                                    first.setting("task.name"),
                                    other.path(),
                                    other.setting("task.name")));
        }
        if (!first.axes().equals(other.axes())) {
            throw new SettingsException(
                    "CFG-008",
                    "Runs along different axes cannot be compared: '%s' has %s, '%s' has %s. Compare them one by one."
                            .formatted(first.path(), first.axes(), other.path(), other.axes()));
        }
    }

    private static AxisScale scale(List<Run> runs) {
        String axis = runs.getFirst().axes().getFirst();
        Set<Object> found = new LinkedHashSet<>();
        runs.forEach(run ->
                run.rules()
                        .forEach(rule ->
                                run.results(run.step(), rule)
                                        .forEach(result -> found.add(result.point().get(axis)))));
        boolean numeric = found.stream().allMatch(Integer.class::isInstance);
        List<String> values =
                numeric
                        ? found.stream()
                                .map(Integer.class::cast)
                                .sorted()
                                .map(String::valueOf)
                                .toList()
                        : found.stream().map(String::valueOf).distinct().toList();
        String unit = runs.stream().flatMap(run -> run.unit(axis).stream()).findFirst().orElse("");
        return new AxisScale(axis, unit, values, numeric);
    }

    /**
     * Writes {@code comparison.csv}, {@code comparison.json}, {@code figures/} and {@code
     * report.html} into a folder. They appear together, or not at all.
     *
     * @param folder new, empty, or an earlier comparison, which is replaced
     * @param command the command line, for the report
     * @return what was written
     * @throws DataException RUN-001 if the folder holds anything else; RUN-005 if it cannot be
     *     written
     */
    public Written write(Path folder, String command) {
        return new Output(this, command).write(folder);
    }

    /**
     * The files that a comparison wrote.
     *
     * @param report the page for people
     * @param files all files, within the folder
     * @param withoutFigures why there are no figures; empty if there are
     */
    public record Written(Path report, List<Path> files, String withoutFigures) {
        /** Copies the list. */
        public Written {
            files = List.copyOf(files);
        }
    }

    /** Returns the summary of each group of runs by its label in figures and tables. */
    public Map<String, Summary> summaries() {
        Map<String, Summary> summaries = new LinkedHashMap<>();
        groups.forEach(group -> summaries.put(group.label(), group.summary()));
        return summaries;
    }

    /** Returns {@code comparison.json}: one document with a {@code schema}. */
    public String json() {
        return Tables.json(this);
    }

    /** Returns the summaries as a table of text, for a terminal. */
    public String text() {
        return Tables.text(this);
    }

    /**
     * Returns remarks that a reader needs to judge the numbers, such as runs that are not finished
     * and depths that do not rise.
     */
    public List<String> remarks() {
        return Remarks.of(this);
    }

    List<Run> runs() {
        return runs;
    }

    List<Group> groups() {
        return groups;
    }

    AxisScale scale() {
        return scale;
    }

    /** Returns the task's name. */
    String task() {
        return runs.getFirst().setting("task.name");
    }

    /** Returns the cells of all groups. */
    List<Cell> cells() {
        return groups.stream().flatMap(group -> group.cells().stream()).toList();
    }

    /** Returns the axis values that were in training for all groups. */
    Set<String> trained() {
        Set<String> trained = new LinkedHashSet<>(scale.values());
        cells().stream()
                .filter(cell -> !cell.trained())
                .forEach(cell -> trained.remove(cell.value()));
        return trained;
    }

    /** Returns whether some axis values were seen in training and others were not. */
    boolean extrapolates() {
        return !trained().isEmpty() && trained().size() < scale.values().size();
    }

    /** Returns the names of the scorers' numbers, in the order in which results have them. */
    List<String> scores() {
        return runs.stream()
                .flatMap(run -> run.evaluations().stream())
                .flatMap(result -> result.scores().stream())
                .flatMap(scores -> scores.keySet().stream())
                .distinct()
                .toList();
    }

    /** Returns whether the task asks for answers, so that there is an accuracy. */
    boolean hasAnswers() {
        return groups.stream().noneMatch(group -> Double.isNaN(group.summary().accuracy().value()));
    }

    /** Returns the kinds of continuations, in the order in which results have them. */
    List<String> generation() {
        return runs.stream()
                .flatMap(run -> run.evaluations().stream())
                .flatMap(result -> result.generation().stream())
                .flatMap(List::stream)
                .map(Generation::label)
                .distinct()
                .toList();
    }

    int maxDepth() {
        return groups.stream().mapToInt(Group::deepest).max().orElse(1);
    }

    /**
     * Returns the settings in which groups differ: by key, the values in the order of the groups.
     */
    Map<String, List<String>> differences() {
        Map<String, List<String>> differences = new TreeMap<>();
        Set<String> keys =
                groups.stream()
                        .flatMap(group -> group.runs().getFirst().identity().keySet().stream())
                        .collect(Collectors.toSet());
        for (String key : keys) {
            List<String> values =
                    groups.stream().map(group -> group.runs().getFirst().setting(key)).toList();
            if (values.stream().distinct().count() > 1) {
                differences.put(key, values);
            }
        }
        return differences;
    }

    /** Returns the number of samples and the seeds behind the numbers, as a sentence. */
    String samples() {
        List<Long> counts =
                groups.stream()
                        .flatMap(group -> group.bySeed().stream().flatMap(List::stream))
                        .map(Cell::n)
                        .distinct()
                        .sorted()
                        .toList();
        String n =
                counts.size() == 1
                        ? Tables.count(counts.getFirst())
                        : "%s to %s"
                                .formatted(
                                        Tables.count(counts.getFirst()),
                                        Tables.count(counts.getLast()));
        Map<String, List<String>> labelsBySeeds = new LinkedHashMap<>();
        for (Group group : groups) {
            labelsBySeeds
                    .computeIfAbsent(group.seedsInWords(), _ -> new ArrayList<>())
                    .add(group.label());
        }
        String seeds =
                labelsBySeeds.size() == 1
                        ? labelsBySeeds.keySet().iterator().next()
                        : labelsBySeeds.entrySet().stream()
                                .map(each ->
                                        "%s of %s"
                                                .formatted(
                                                        each.getKey(),
                                                        String.join(", ", each.getValue())))
                                .collect(Collectors.joining("; "));
        return "n = %s per value and seed; %s.".formatted(n, seeds);
    }
}
