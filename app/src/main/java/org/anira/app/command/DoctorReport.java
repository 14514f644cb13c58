package org.anira.app.command;

import org.anira.runtime.report.Table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The findings of {@code anira doctor}: the state of each subject and, unless it is fine, what to
 * do.
 */
final class DoctorReport {

    /** How something stands. */
    enum Level {
        OK,
        WARNING,
        FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private record Finding(String subject, Level level, String detail, String advice) {}

    private final List<Finding> found = new ArrayList<>();

    /** Adds something that is fine. */
    void ok(String subject, String detail) {
        found.add(new Finding(subject, Level.OK, detail, ""));
    }

    /** Adds something that limits what can be done, with what to do. */
    void warning(String subject, String detail, String advice) {
        found.add(new Finding(subject, Level.WARNING, detail, advice));
    }

    /** Adds something that does not work, with what to do. */
    void failed(String subject, String detail, String advice) {
        found.add(new Finding(subject, Level.FAILED, detail, advice));
    }

    /** Returns the findings for a JSON document. */
    List<Map<String, Object>> maps() {
        List<Map<String, Object>> maps = new ArrayList<>();
        for (Finding finding : found) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("subject", finding.subject());
            map.put("state", finding.level().toString());
            map.put("detail", finding.detail());
            map.put("advice", finding.advice());
            maps.add(map);
        }
        return maps;
    }

    /** Returns the findings as text: a table, then what to do. */
    @Override
    public String toString() {
        Table table = new Table("what", "state", "found");
        found.forEach(each ->
                table.row(
                        each.subject(),
                        each.level(),
                        each.detail().replaceAll("\\s*\\R\\s*", " ")));
        StringBuilder text = new StringBuilder(table.toString());
        List<Finding> wanting = found.stream().filter(each -> each.level() != Level.OK).toList();
        text.append(
                "%n%s%n".formatted(wanting.isEmpty() ? "There is nothing to do." : "What to do:"));
        wanting.forEach(each -> text.append("  %s: %s%n".formatted(each.subject(), each.advice())));
        return text.toString();
    }
}
