package org.anira.runtime.run;

import com.fasterxml.jackson.annotation.JsonAutoDetect;

import org.anira.api.DataException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * JSON as all files of a run and all documents have it: keys in snake case and in the order given,
 * each double in the shortest form that reads back as the same one, and numbers that are not finite
 * as the strings "NaN", "Infinity" and "-Infinity".
 */
public final class Json {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    /** The component of a record that has no value, in Jackson's words. */
    private static final Pattern PROPERTY = Pattern.compile("creator property '([^']+)'");

    private static final PropertyNamingStrategies.SnakeCaseStrategy NAMES =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .propertyNamingStrategy(NAMES)
                    .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                    .disable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .disable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    // Components alone are written, no questions such as Status.isLive.
                    .changeDefaultVisibility(visibility ->
                            visibility.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
                    .build();

    private Json() {}

    /**
     * Returns a document for programs, on several lines, without a line break at its end.
     *
     * @param schema what names its form, such as {@code anira.plugins/1}; its first key
     * @param content numbers, booleans, texts, lists, maps by key, and records of results
     */
    public static String document(String schema, Map<String, ?> content) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schema", schema);
        document.putAll(content);
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    }

    /**
     * Prints a document, as {@link #document} returns it, and a line break. Lists may be any {@link
     * Iterable}: each element is asked for when it is printed, so that no document has to fit into
     * memory. What an element throws is passed on, and the document then ends in the middle.
     */
    public static void print(PrintWriter out, String schema, Map<String, ?> content) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schema", schema);
        document.putAll(content);
        MAPPER.writerWithDefaultPrettyPrinter()
                .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .without(SerializationFeature.WRAP_EXCEPTIONS)
                .writeValue(out, document);
        out.println();
    }

    /** Returns a value on one line, without a line break at its end. */
    public static String line(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** Returns a value on several lines, with a line break at its end. */
    static String text(Object value) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value)
                + System.lineSeparator();
    }

    /**
     * Returns the object in a text.
     *
     * @throws JacksonException if there is none
     */
    public static Map<String, Object> object(String text) {
        return MAPPER.readValue(text, OBJECT);
    }

    /**
     * Returns the value of a type in a text.
     *
     * @throws JacksonException if there is none
     */
    static <T> T value(String text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }

    /**
     * Returns the value of a type in a file.
     *
     * @throws DataException RUN-004 if the file cannot be read or holds none
     */
    static <T> T read(Path file, Class<T> type) {
        return read(file, text -> value(text, type));
    }

    /**
     * Returns the value of a type in a file that an older build may have written: what may be empty
     * may be missing.
     *
     * @throws DataException RUN-004 if the file cannot be read or holds none
     */
    static <T extends Record> T readOlder(Path file, Class<T> type) {
        return read(file, text -> olderValue(text, type));
    }

    /**
     * Returns the record in a text that an older build may have written, as {@link #readOlder}.
     *
     * @throws JacksonException if there is none
     */
    static <T extends Record> T olderValue(String text, Class<T> type) {
        Map<String, Object> content = object(text);
        List<String> missing =
                Arrays.stream(type.getRecordComponents())
                        .filter(each -> each.getType().getSimpleName().startsWith("Optional"))
                        .map(each -> NAMES.nameForField(null, null, each.getName()))
                        .filter(name -> !content.containsKey(name))
                        .toList();
        if (missing.isEmpty()) {
            // Says in which column a value is wrong.
            return value(text, type);
        }
        missing.forEach(name -> content.put(name, null));
        return MAPPER.convertValue(content, type);
    }

    private static <T> T read(Path file, Function<String, T> reader) {
        String text = text(file);
        try {
            return reader.apply(text);
        } catch (JacksonException e) {
            throw damaged(file, e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw DurableFiles.cannotRead(file, e);
        }
    }

    private static DataException damaged(Path file, JacksonException cause) {
        return new DataException(
                "RUN-004",
                "'%s' is damaged: %s. Restore the file, or use another run."
                        .formatted(file, reason(cause)),
                cause);
    }

    /** Returns what is wrong and where, without Java's names for it. */
    static String reason(JacksonException cause) {
        return problem(cause) + place(cause, true);
    }

    /** Returns what is wrong in a text that is one line, and in which column. */
    static String reasonInLine(JacksonException cause) {
        return problem(cause) + place(cause, false);
    }

    private static String problem(JacksonException cause) {
        String key =
                cause.getPath().stream()
                        .map(JacksonException.Reference::getPropertyName)
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining("."));
        String message = cause.getOriginalMessage().lines().findFirst().orElse("no JSON");
        if (message.startsWith("No content to map")) {
            return "it is empty";
        }
        Matcher property = PROPERTY.matcher(message);
        if (property.find()) {
            String name = property.group(1);
            String whole =
                    key.isEmpty() || key.equals(name) || key.endsWith("." + name)
                            ? name
                            : key + "." + name;
            return message.startsWith("Null ")
                    ? "the value of '%s' does not fit".formatted(whole)
                    : "'%s' is missing".formatted(whole);
        }
        if (message.startsWith("Cannot ")) {
            // Cannot deserialize, construct, map …, followed by the name of a class.
            return key.isEmpty()
                    ? "it has another form"
                    : "the value of '%s' does not fit".formatted(key);
        }
        return message.replaceFirst(" \\(start marker at .*", "");
    }

    private static String place(JacksonException cause, boolean line) {
        TokenStreamLocation place = cause.getLocation();
        if (place == null || place.getLineNr() < 1 || place.getColumnNr() < 1) {
            return "";
        }
        return line
                ? " (line %d, column %d)".formatted(place.getLineNr(), place.getColumnNr())
                : " (column %d)".formatted(place.getColumnNr());
    }
}
