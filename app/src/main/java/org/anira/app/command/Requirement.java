package org.anira.app.command;

import org.anira.api.Names;
import org.anira.api.SettingsException;
import org.anira.runtime.run.PointResult;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bound that an evaluation must meet, such as {@code accuracy>=0.99}, on a mean over all points.
 *
 * @param metric one of {@link #METRICS}
 * @param relation one of {@code >= <= > <}
 * @param bound the number that the mean is compared with
 */
record Requirement(String metric, String relation, double bound) {

    /** The metrics that can be required. */
    static final List<String> METRICS =
            List.of("accuracy", "depth", "expected-depth", "cross-entropy");

    private static final Pattern FORM =
            Pattern.compile("([A-Za-z-]+)\\s*(>=|<=|>|<)\\s*([-+.0-9eE]+)");

    /**
     * Reads a requirement.
     *
     * @throws SettingsException CFG-007 if it has another form
     */
    static Requirement parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new SettingsException(
                    "CFG-007",
                    "--require is '%s', expected one of %s, then >=, <=, > or < and a number, such as accuracy>=0.99"
                            .formatted(text, String.join(", ", METRICS)));
        }
        String metric = matcher.group(1);
        if (!METRICS.contains(metric)) {
            throw new SettingsException(
                    "CFG-007",
                    "Nothing called '%s' is measured. %s\nMeasured: %s"
                            .formatted(
                                    metric,
                                    Names.suggestion(metric, METRICS),
                                    String.join(", ", METRICS))
                            .replace(" \n", "\n"));
        }
        double bound;
        try {
            bound = Double.parseDouble(matcher.group(3));
        } catch (NumberFormatException e) {
            bound = Double.NaN;
        }
        if (!Double.isFinite(bound)) {
            throw new SettingsException(
                    "CFG-007",
                    "'%s' in --require '%s' is not a finite number"
                            .formatted(matcher.group(3), text));
        }
        return new Requirement(metric, matcher.group(2), bound);
    }

    /** Returns whether results meet the requirement. */
    boolean isMetBy(List<PointResult> results) {
        return holds(EvaluationTable.mean(results, metric));
    }

    private boolean holds(double mean) {
        return switch (relation) {
            case ">=" -> mean >= bound;
            case "<=" -> mean <= bound;
            case ">" -> mean > bound;
            case "<" -> mean < bound;
            default -> throw new IllegalStateException(relation);
        };
    }

    /** Returns in words the mean and the required bound. */
    String explain(List<PointResult> results) {
        double mean = EvaluationTable.mean(results, metric);
        String rounded = String.format(Locale.ROOT, "%.4f", mean);
        // Rounded, a mean just below the bound would look as if it met it.
        boolean misleading = Double.isFinite(mean) && holds(Double.parseDouble(rounded));
        return "%s over %d points is %s, required %s%s"
                .formatted(metric, results.size(), misleading ? mean : rounded, relation, bound);
    }
}
