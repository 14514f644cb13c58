package org.anira.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Option;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tables of settings in {@code docs/experiments.md} are what the settings declare. With {@code
 * -Danira.docs=write} they are written.
 */
class SettingsTablesTests {

    private static final Path GUIDE =
            Path.of(System.getProperty("basedir"), "../docs/experiments.md");

    private static final String COMMAND =
            "mvn -q -pl runtime -am test -Dtest=SettingsTablesTests -Danira.docs=write";

    /**
     * A table.
     *
     * @param prefix what stands before the name of each option, up to the dot
     */
    record Table(String title, String prefix, List<Option> options) {

        String text() {
            StringBuilder text =
                    new StringBuilder(
                            "| %s | type | default | values | meaning |\n|---|---|---|---|---|\n"
                                    .formatted(title));
            for (Option option : options) {
                text.append(
                        "| `%s%s` | %s | %s | %s | %s |\n"
                                .formatted(
                                        prefix,
                                        option.name(),
                                        type(option),
                                        shown(option.defaultValue()),
                                        values(option),
                                        option.summary()));
            }
            return text.toString();
        }

        private static String type(Option option) {
            return switch (option.type()) {
                case INTEGER, LONG -> "whole number";
                case NUMBER -> "number";
                case BOOLEAN -> "boolean";
                case TEXT -> "text";
                case CHOICE -> "choice";
            };
        }

        private static String values(Option option) {
            return switch (option.type()) {
                case NUMBER -> shown(option.least()) + " to " + shown(option.most());
                case BOOLEAN -> "true, false";
                case TEXT -> "any";
                case INTEGER, LONG, CHOICE -> option.range();
            };
        }

        private static String shown(Object value) {
            return value.equals("")
                    ? "empty"
                    : value instanceof Double number
                            ? number == Math.rint(number) && Math.abs(number) < 1e7
                                    ? Long.toString(number.longValue())
                                    : number.toString().replace(".0E", "e").replace("E", "e")
                            : value.toString();
        }

        @Override
        public String toString() {
            return title;
        }
    }

    static Stream<Table> tables() {
        return Stream.concat(
                Stream.of(new Table("top", "", Section.TOP)),
                Stream.of(Section.values())
                        .filter(section -> !section.options().isEmpty())
                        .map(section ->
                                new Table(section.key(), section.path(""), section.options())));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aTableSaysWhatTheSettingsDeclare(Table table) throws IOException {
        String guide = Files.readString(GUIDE);
        String begin = "<!-- settings: %s -->\n".formatted(table.title());
        int start = guide.indexOf(begin) + begin.length();
        int end = guide.indexOf("<!-- end -->\n", start);
        assertTrue(start >= begin.length() && end > 0, () -> "there is no place " + begin);

        if ("write".equals(System.getProperty("anira.docs"))) {
            Files.writeString(
                    GUIDE, guide.substring(0, start) + table.text() + guide.substring(end));
        } else {
            assertEquals(
                    table.text(),
                    guide.substring(start, end),
                    () ->
                            "docs/experiments.md differs from the declarations. Write it: "
                                    + COMMAND);
        }
    }
}
