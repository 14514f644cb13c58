package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

/** A provider creates something for all settings that its options allow, or says what is wrong. */
interface CreationContract extends ProviderContract {

    /** Creates what the provider provides. */
    void create(Settings settings);

    /** The defaults of all options together create something. */
    @Test
    default void defaultsCreate() {
        assertDoesNotThrow(() -> create(Settings.defaults(provider().options())));
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

    private static List<?> extremes(Option option) {
        return switch (option.type()) {
            case INTEGER -> List.of((int) option.least(), (int) option.most());
            case LONG -> List.of((long) option.least(), (long) option.most());
            case NUMBER ->
                    List.of(option.least(), option.most()).stream()
                            .filter(Double::isFinite)
                            .toList();
            case BOOLEAN -> List.of(false, true);
            case CHOICE -> option.choices();
            case TEXT -> List.of(option.defaultValue());
        };
    }
}
