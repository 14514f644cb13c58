package org.anira.app;

import org.anira.api.Names;
import org.anira.api.SettingsException;
import org.anira.runtime.run.PointResult;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something an evaluation must show, such as {@code accuracy>=0.99}; means over all points.
 *
 * @param metric one of {@link #METRICS}
 * @param relation one of {@code >= <= > <}
 * @param bound what the mean is compared with
 */
record Requirement(String metric, String relation, double bound) {

    /** What can be required. */
    static final List<String> METRICS =
            List.of("accuracy", "depth", "expected-depth", "cross-entropy");

    private static final Pattern FORM =
            Pattern.compile("([a-z-]+)\\s*(>=|<=|>|<)\\s*([-+.0-9eE]+)");

    /**
     * Reads a requirement.
     *
     * @throws SettingsException CFG-007 if it has another form
     */
    static Requirement parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new SettingsException(
                    "CFG-007", "'%s' is not of the form accuracy>=0.99".formatted(text));
        }
        String metric = matcher.group(1);
        if (!METRICS.contains(metric)) {
            throw new SettingsException(
                    "CFG-007",
                    "Nothing called '%s' is measured. %s\nMeasured: %s"
                            .formatted(
                                    metric,
                                    Names.suggestion(metric, METRICS),
                                    String.join(", ", METRICS)));
        }
        try {
            return new Requirement(metric, matcher.group(2), Double.parseDouble(matcher.group(3)));
        } catch (NumberFormatException e) {
            throw new SettingsException(
                    "CFG-007", "'%s' in '%s' is not a number".formatted(matcher.group(3), text), e);
        }
    }

    /** Returns whether results meet it. */
    boolean isMetBy(List<PointResult> results) {
        double mean = Results.mean(results, metric);
        return switch (relation) {
            case ">=" -> mean >= bound;
            case "<=" -> mean <= bound;
            case ">" -> mean > bound;
            case "<" -> mean < bound;
            default -> throw new IllegalStateException(relation);
        };
    }

    /** Returns what was found and what was required. */
    String explain(List<PointResult> results) {
        return String.format(
                Locale.ROOT,
                "%s over %d points is %.4f, required %s%s",
                metric,
                results.size(),
                Results.mean(results, metric),
                relation,
                bound);
    }
}
