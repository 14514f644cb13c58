package org.anira.task.brevo;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.SettingsProblems;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;

import java.util.List;
import java.util.stream.IntStream;

/** Makes the task {@code brevo}. */
public final class BrevoProvider implements TaskProvider {

    private static final int LEAST = 3;
    private static final int LARGEST = 1000;

    /** Makes the provider. */
    public BrevoProvider() {}

    @Override
    public String name() {
        return "brevo";
    }

    @Override
    public String summary() {
        return "Topological order of a query's dependencies; knob n, the number of nodes";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.choice(
                        "form",
                        "single",
                        List.of("single", "multi"),
                        "Whether a node is one token or a word of two to four, new in each sample"),
                Option.integer("min-nodes", 3, "Smallest n of training, in nodes")
                        .between(LEAST, LARGEST),
                Option.integer("max-nodes", 30, "Largest n of training, in nodes")
                        .between(LEAST, LARGEST),
                Option.text(
                        "evaluation",
                        "",
                        "Values of n to evaluate at, such as 3-30 or 10,20,40, each its own point;"
                                + " empty for those of training"),
                Option.integer(
                                "labels",
                                0,
                                "Labels that single tokens are drawn from; 0 for as many as the"
                                        + " largest n of training and evaluation. Sizes the"
                                        + " vocabulary")
                        .between(0, LARGEST));
    }

    @Override
    public Task create(Settings settings) {
        int least = settings.integer("min-nodes");
        int most = settings.integer("max-nodes");
        SettingsProblems problems = new SettingsProblems("Task brevo");
        if (least > most) {
            problems.add(
                    "'min-nodes' is %d, above 'max-nodes', %d. Raise one or lower the other"
                            .formatted(least, most),
                    "min-nodes",
                    "max-nodes");
        }
        List<Integer> evaluation = List.of();
        try {
            evaluation = settings.numbers("evaluation", LEAST, LARGEST);
        } catch (SettingsException problem) {
            problems.add(problem);
        }
        int largest = evaluation.stream().reduce(most, Math::max);
        int labels = settings.integer("labels");
        boolean words = settings.text("form").equals("multi");
        if (words && largest > BrevoVocabulary.WORDS) {
            problems.add(
                    "'form' is multi and the largest n is %d, but there are %d words. Lower"
                                    .formatted(largest, BrevoVocabulary.WORDS)
                            + " 'max-nodes' or 'evaluation', or use the form single",
                    "form",
                    "max-nodes",
                    "evaluation");
        }
        if (words && labels > 0) {
            problems.add(
                    "'labels' is %d, but 'form' is multi, which has words. Leave 'labels' out"
                            .formatted(labels),
                    "labels",
                    "form");
        }
        if (!words && labels > 0 && labels < largest) {
            problems.add(
                    "'labels' is %d, below the largest n of training and evaluation, %d. Raise it,"
                                    .formatted(labels, largest)
                            + " or leave it out",
                    "labels");
        }
        problems.report();
        return new BrevoTask(
                new BrevoVocabulary(words ? 0 : Math.max(labels, largest)),
                least,
                most,
                evaluation.isEmpty()
                        ? IntStream.rangeClosed(least, most).boxed().toList()
                        : evaluation);
    }
}
