package org.anira.testkit;

import org.anira.api.Option;
import org.anira.api.Provider;
import org.anira.api.Settings;
import org.anira.api.SettingsException;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings that a provider is tried with: its author's, and so many more that each flag and
 * choice has each of its values.
 */
interface SettingsTrial {

    /** Returns the provider that is tried. */
    Provider provider();

    /** Returns the settings that its author chose, at least one. */
    List<Settings> settings();

    /** Creates what the provider provides. */
    void create(Settings settings);

    /**
     * Returns the author's settings, and for each value of a flag or choice that none of them has
     * one with it: the first of the author's in which it contradicts nothing, with another option
     * at an end of its range if need be. A value that always contradicts something has none.
     */
    default List<Settings> tried() {
        List<Settings> tried = new ArrayList<>(settings());
        for (Option option : provider().options()) {
            if (option.type() == Option.Type.BOOLEAN || option.type() == Option.Type.CHOICE) {
                for (Object value : ends(option)) {
                    if (tried.stream().noneMatch(settings -> has(settings, option, value))) {
                        with(option, value).ifPresent(tried::add);
                    }
                }
            }
        }
        return tried;
    }

    /** Returns whether an option has a value. */
    static boolean has(Settings settings, Option option, Object value) {
        return settings.values().get(option.name()).equals(value);
    }

    private Optional<Settings> with(Option option, Object value) {
        List<Map<String, Object>> candidates = new ArrayList<>();
        for (Settings settings : settings()) {
            Map<String, Object> values = new LinkedHashMap<>(settings.values());
            values.put(option.name(), value);
            candidates.add(values);
        }
        for (Map<String, Object> values : List.copyOf(candidates)) {
            for (Option other : provider().options()) {
                if (!other.name().equals(option.name())) {
                    for (Object end : ends(other)) {
                        Map<String, Object> changed = new LinkedHashMap<>(values);
                        changed.put(other.name(), end);
                        candidates.add(changed);
                    }
                }
            }
        }
        return candidates.stream()
                .map(values -> Settings.of("options", provider().options(), values))
                .filter(this::accepted)
                .findFirst();
    }

    private boolean accepted(Settings settings) {
        try {
            create(settings);
            return true;
        } catch (SettingsException contradiction) {
            return false;
        }
    }

    /** Returns the ends of an option's range, or all its values if they are few. */
    static List<?> ends(Option option) {
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
