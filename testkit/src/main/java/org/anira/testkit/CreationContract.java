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
interface CreationContract extends ProviderContract, SettingsTrial {

    /** Uses once what the provider creates, if that is cheap; fails if it does not work. */
    void use(Settings settings);

    /** The defaults of all options together create something. */
    @Test
    default void defaultsCreate() {
        assertDoesNotThrow(() -> create(Settings.defaults(provider().options())));
    }

    /**
     * The ends of a range and all choices are accepted, unless they contradict another setting; and
     * what is made with them works.
     */
    @Test
    default void endsOfRangesAreAccepted() {
        List<String> names = provider().options().stream().map(Option::name).toList();
        for (Option option : provider().options()) {
            for (Object value : SettingsTrial.ends(option)) {
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
                    assertTrue(
                            names.containsAll(contradiction.settings()),
                            () ->
                                    "'%s' is refused because of %s, and the options are %s"
                                            .formatted(
                                                    option.name(),
                                                    contradiction.settings(),
                                                    names));
                    continue;
                }
                assertDoesNotThrow(
                        () -> use(settings), () -> "'%s' is %s".formatted(option.name(), value));
            }
        }
    }

    /** Each flag and each choice can have each of its values, so that all of them are tried. */
    @Test
    default void everyChoiceIsTried() {
        List<Settings> tried = tried();
        for (Option option : provider().options()) {
            if (option.type() == Option.Type.BOOLEAN || option.type() == Option.Type.CHOICE) {
                for (Object value : SettingsTrial.ends(option)) {
                    assertTrue(
                            tried.stream().anyMatch(s -> SettingsTrial.has(s, option, value)),
                            () ->
                                    "'%s' is never '%s', which contradicts other settings: override settings()"
                                                    .formatted(option.name(), value)
                                            + " with some that it fits");
                }
            }
        }
    }
}
