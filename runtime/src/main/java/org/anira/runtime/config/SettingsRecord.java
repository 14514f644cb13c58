package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Settings;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Records whose components are declared as settings by {@link Setting}: what they declare, and
 * their values from settings and back.
 */
final class SettingsRecord {

    private SettingsRecord() {}

    /** Returns the options that a record declares, in the order of its components. */
    static List<Option> options(Class<? extends Record> type) {
        return declared(type).map(SettingsRecord::option).toList();
    }

    /**
     * Returns a record with the values of settings.
     *
     * @param settings checked against {@link #options}
     * @param others values of the components that are not settings, in order
     */
    static <R extends Record> R of(Class<R> type, Settings settings, Object... others) {
        Iterator<Object> undeclared = List.of(others).iterator();
        RecordComponent[] components = type.getRecordComponents();
        Object[] values =
                Arrays.stream(components)
                        .map(component ->
                                isDeclared(component)
                                        ? value(component, settings)
                                        : undeclared.next())
                        .toArray();
        try {
            return type.getDeclaredConstructor(
                            Arrays.stream(components)
                                    .map(RecordComponent::getType)
                                    .toArray(Class<?>[]::new))
                    .newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("%s cannot be made of %s".formatted(type, settings), e);
        }
    }

    /** Returns the settings of a record by the names that users write. */
    static Map<String, Object> values(Record record) {
        Map<String, Object> values = new LinkedHashMap<>();
        declared(record.getClass())
                .forEach(component -> {
                    try {
                        Object value = component.getAccessor().invoke(record);
                        values.put(
                                name(component),
                                value instanceof Enum<?> e ? KebabCase.of(e) : value);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(
                                "%s cannot be read".formatted(component), e);
                    }
                });
        return values;
    }

    private static Stream<RecordComponent> declared(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents()).filter(SettingsRecord::isDeclared);
    }

    private static boolean isDeclared(RecordComponent component) {
        return component.isAnnotationPresent(Setting.class);
    }

    private static String name(RecordComponent component) {
        return KebabCase.of(component.getName());
    }

    private static Object value(RecordComponent component, Settings settings) {
        Object value = settings.values().get(name(component));
        Class<?> type = component.getType();
        return type.isEnum() ? KebabCase.constant(type, (String) value) : value;
    }

    private static Option option(RecordComponent component) {
        Setting setting = component.getAnnotation(Setting.class);
        String name = name(component);
        String written = setting.byDefault();
        String summary = setting.summary();
        Option option =
                switch (component.getType().getSimpleName()) {
                    case "int" -> Option.integer(name, Integer.parseInt(written), summary);
                    case "long" -> Option.longInteger(name, Long.parseLong(written), summary);
                    case "double" -> Option.number(name, Double.parseDouble(written), summary);
                    case "boolean" -> Option.flag(name, Boolean.parseBoolean(written), summary);
                    case "String" -> Option.text(name, written, summary);
                    default ->
                            Option.choice(
                                    name, written, KebabCase.names(component.getType()), summary);
                };
        return option.between(
                Math.max(option.least(), setting.least()), Math.min(option.most(), setting.most()));
    }
}
