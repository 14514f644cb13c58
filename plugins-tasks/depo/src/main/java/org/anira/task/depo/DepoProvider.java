package org.anira.task.depo;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.SettingsProblems;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;

import java.util.List;
import java.util.stream.IntStream;

/** Makes the task {@code depo}. */
public final class DepoProvider implements TaskProvider {

    private static final int LEAST = 3;
    private static final int LARGEST = 1000;

    /** Makes the provider. */
    public DepoProvider() {}

    @Override
    public String name() {
        return "depo";
    }

    @Override
    public String summary() {
        return "k-th successor on a cycle; knobs n, the number of nodes, and k, the steps";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.choice(
                        "words",
                        "one",
                        List.of("one", "short", "long"),
                        "What a node is: one token of 50; one or two of 50 letters (DEPO1); five to"
                                + " seven of 3 letters (DEPO2)"),
                Option.integer("min-nodes", 3, "Smallest n of training, in nodes")
                        .between(LEAST, LARGEST),
                Option.integer("max-nodes", 30, "Largest n of training, in nodes")
                        .between(LEAST, LARGEST),
                Option.integer("max-steps", 8, "Largest k, K, of training and evaluation, in steps")
                        .between(1, LARGEST),
                Option.integer(
                                "questions",
                                10,
                                "Most questions of a sample, M: a cycle of n nodes has n of them, M"
                                        + " at most, each from another start")
                        .between(1, LARGEST),
                Option.text(
                        "evaluation",
                        "",
                        "Values of n to evaluate at, such as 3-30 or 10,20,40; empty for those of"
                                + " training. Each is asked for all k from 1 to K"),
                Option.flag("separator", false, "Whether a token SEP stands before each edge"));
    }

    @Override
    public Task create(Settings settings) {
        int least = settings.integer("min-nodes");
        int most = settings.integer("max-nodes");
        SettingsProblems problems = new SettingsProblems("Task depo");
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
        Lexicon words =
                switch (settings.text("words")) {
                    case "short" -> new Lexicon(50, 1, 2);
                    case "long" -> new Lexicon(3, 5, 7);
                    default -> new Lexicon(50, 1, 1);
                };
        int largest = evaluation.stream().reduce(most, Math::max);
        if (largest > words.count()) {
            problems.add(
                    "'words' is %s and the largest n is %d, but there are %d words. Lower 'max-nodes' or"
                                    .formatted(settings.text("words"), largest, words.count())
                            + " 'evaluation', or use other words",
                    "words",
                    "max-nodes",
                    "evaluation");
        }
        problems.report();
        return new DepoTask(
                words,
                settings.flag("separator"),
                settings.integer("questions"),
                least,
                most,
                settings.integer("max-steps"),
                evaluation.isEmpty()
                        ? IntStream.rangeClosed(least, most).boxed().toList()
                        : evaluation);
    }
}
