package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Names;
import org.anira.api.Option;
import org.anira.api.Provider;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** What every provider promises: its name, its summary, its options. */
interface ProviderContract {

    /** Returns the provider that is tried. */
    Provider provider();

    /** Creates what the provider provides, if that is cheap. */
    void create(Settings settings);

    /** The name is kebab case and the same each time. */
    @Test
    default void theNameIsKebabCase() {
        assertTrue(Names.isWellFormed(provider().name()), provider().name());
        assertEquals(provider().name(), provider().name());
    }

    /** The summary fits a list. */
    @Test
    default void theSummaryIsOneLineWithoutAPeriod() {
        String summary = provider().summary();
        assertFalse(summary.isBlank(), "the summary is empty");
        assertEquals(1, summary.lines().count(), summary);
        assertFalse(summary.endsWith("."), summary);
    }

    /** Options can be told apart and are explained. */
    @Test
    default void optionsHaveUniqueNamesAndSummaries() {
        List<Option> options = provider().options();
        assertEquals(
                options.size(),
                options.stream().map(Option::name).distinct().count(),
                "option names");
        for (Option option : options) {
            assertFalse(option.summary().isBlank(), () -> option.name() + " has no summary");
            assertFalse(option.summary().endsWith("."), option::summary);
        }
        assertEquals(options, provider().options(), "the options are not the same each time");
    }

    /** A key that is no option is refused before anything is created. */
    @Test
    default void unknownOptionsAreRefused() {
        String unknown = "no-such-option";
        SettingsException thrown =
                assertThrows(
                        SettingsException.class,
                        () -> Settings.of("options", provider().options(), Map.of(unknown, 1)));
        assertEquals("CFG-001", thrown.code());
        assertTrue(thrown.getMessage().contains(unknown), thrown.getMessage());
    }

    /** Every option's default is a value it accepts, and all defaults together create something. */
    @Test
    default void defaultsCreate() {
        create(Settings.defaults(provider().options()));
    }

    /** The ends of a range and all choices are accepted, unless they contradict another setting. */
    @Test
    default void endsOfRangesAreAccepted() {
        for (Option option : provider().options()) {
            for (Object value : extremes(option)) {
                Settings settings =
                        Settings.of("options", provider().options(), Map.of(option.name(), value));
                try {
                    create(settings);
                } catch (SettingsException contradiction) {
                    assertEquals("CFG-003", contradiction.code(), contradiction.getMessage());
                    assertTrue(
                            contradiction.getMessage().contains(option.name()),
                            () ->
                                    "'%s' is refused, but the message does not name it: %s"
                                            .formatted(option.name(), contradiction.getMessage()));
                }
            }
        }
    }

    /** A value beyond a range is refused. */
    @Test
    default void valuesBeyondRangesAreRefused() {
        for (Option option : provider().options()) {
            for (Object value : beyond(option)) {
                SettingsException thrown =
                        assertThrows(
                                SettingsException.class,
                                () ->
                                        Settings.of(
                                                "options",
                                                provider().options(),
                                                Map.of(option.name(), value)));
                assertNotEquals("CFG-001", thrown.code());
                assertTrue(thrown.getMessage().contains(option.name()), thrown.getMessage());
            }
        }
    }

    private static List<?> extremes(Option option) {
        return switch (option.type()) {
            case INTEGER -> List.of((int) option.least(), (int) option.most());
            case NUMBER ->
                    List.of(option.least(), option.most()).stream()
                            .filter(Double::isFinite)
                            .toList();
            case BOOLEAN -> List.of(false, true);
            case CHOICE -> option.choices();
            case TEXT -> List.of(option.defaultValue());
        };
    }

    private static List<?> beyond(Option option) {
        return switch (option.type()) {
            case INTEGER -> List.of(option.least() - 1, option.most() + 1, "many");
            case NUMBER ->
                    List.of(Math.nextDown(option.least()), Math.nextUp(option.most()), "much");
            case BOOLEAN -> List.of("maybe");
            case CHOICE -> List.of("no such choice");
            case TEXT -> List.of(true);
        };
    }
}
