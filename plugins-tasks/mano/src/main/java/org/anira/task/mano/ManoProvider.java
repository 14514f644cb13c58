package org.anira.task.mano;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.SettingsProblems;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Makes the task {@code mano}. */
public final class ManoProvider implements TaskProvider {

    /** Expressions are drawn recursively, so their size is bounded by the stack. */
    private static final int LONGEST = 1000;

    /** Least share of drawn expressions that must be free of divisions by zero. */
    private static final double LEAST_DEFINED = 1e-3;

    /** Makes the provider. */
    public ManoProvider() {}

    @Override
    public String name() {
        return "mano";
    }

    @Override
    public String summary() {
        return "Modular arithmetic in prefix notation; knob L, the number of operators";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.integer("min-length", 3, "Smallest L of training, in operators")
                        .between(1, LONGEST),
                Option.integer("max-length", 16, "Largest L of training, in operators")
                        .between(1, LONGEST),
                Option.text(
                        "evaluation",
                        "",
                        "Values of L to evaluate at, such as 1-24 or 3,10,16,32, each its own"
                                + " point; empty for those of training. Sizes the vocabulary if"
                                + " announce is length"),
                Option.integer(
                                "modulus",
                                23,
                                "Modulus of the arithmetic; a prime if there are divisions")
                        .between(2, 1000),
                Option.text(
                        "operators",
                        "asm",
                        "Operators, a letter each: a for +, s for -, m for *, d for /"),
                Option.choice(
                        "announce",
                        "length",
                        List.of("length", "none"),
                        "Whether the tokens around an expression tell L; with length those of an"
                                + " unseen L are untrained"),
                Option.flag(
                        "aliases",
                        false,
                        "Whether operators and the tokens around an expression have two ids each,"
                                + " drawn with probability 1/2"));
    }

    @Override
    public Task create(Settings settings) {
        int modulus = settings.integer("modulus");
        int least = settings.integer("min-length");
        int most = settings.integer("max-length");
        SettingsProblems problems = new SettingsProblems("Task mano");
        if (least > most) {
            problems.add(
                    "'min-length' is %d, above 'max-length', %d. Raise one or lower the other"
                            .formatted(least, most),
                    "min-length",
                    "max-length");
        }
        List<Operator> operators = operators(settings.text("operators"), problems);
        List<Integer> evaluation = List.of();
        try {
            evaluation = settings.numbers("evaluation", 1, LONGEST);
        } catch (SettingsException problem) {
            problems.add(problem);
        }
        int longest = evaluation.stream().reduce(most, Math::max);
        if (operators.contains(Operator.DIVIDE)) {
            checkDivisions(modulus, operators, longest, problems);
        }
        problems.report();
        boolean announced = settings.text("announce").equals("length");
        ManoVocabulary vocabulary =
                new ManoVocabulary(modulus, longest, announced, settings.flag("aliases"));
        return new ManoTask(
                vocabulary,
                operators,
                least,
                most,
                evaluation.isEmpty()
                        ? IntStream.rangeClosed(least, most).boxed().toList()
                        : evaluation);
    }

    private static List<Operator> operators(String letters, SettingsProblems problems) {
        List<Operator> operators =
                Arrays.stream(Operator.values())
                        .filter(operator -> letters.indexOf(operator.letter) >= 0)
                        .toList();
        if (operators.isEmpty() || operators.size() != letters.length()) {
            problems.add(
                    "'operators' is '%s', expected some of the letters a (+), s (-), m (*), d (/), each once"
                            .formatted(letters),
                    "operators");
        }
        return operators;
    }

    private static void checkDivisions(
            int modulus, List<Operator> operators, int longest, SettingsProblems problems) {
        if (!new Arithmetic(modulus).isField()) {
            problems.add(
                    "'modulus' is %d, which is not a prime, and 'operators' has d. Leave d out, or take a prime"
                            .formatted(modulus),
                    "modulus",
                    "operators");
            return;
        }
        // Exact if every operator divides: each divisor's first value is another one, and zero in
        // one of m cases.
        double defined = Math.pow(1 - 1.0 / modulus, (double) longest / operators.size());
        if (defined < LEAST_DEFINED) {
            problems.add(
                    "of the expressions with %d operators modulo %d about one in %.0e is free of divisions by"
                                    .formatted(longest, modulus, 1 / defined)
                            + " zero, too few to draw them. Take a larger 'modulus' or shorter"
                            + " lengths",
                    "modulus");
        }
    }
}
