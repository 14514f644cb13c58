package org.anira.runtime.run;

import static java.util.regex.Matcher.quoteReplacement;

import com.fasterxml.jackson.annotation.JsonAutoDetect;

import org.anira.api.DataException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.type.LogicalType;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The JSON of all run files and documents: keys in snake case and in the order given, each double
 * in the shortest form that reads back as the same one, and null for a number that is not finite.
 * Reading is strict about types: no text is accepted for a number, except those that earlier builds
 * wrote in place of null.
 */
public final class Json {

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    /** Matches the name of a missing record component in Jackson's message. */
    private static final Pattern PROPERTY = Pattern.compile("creator property '([^']+)'");

    /** The message for the document "null". */
    private static final String NULL = "it is null";

    private static final PropertyNamingStrategies.SnakeCaseStrategy NAMES =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .addDecorator((_, generator) -> new FiniteNumbers(generator))
                                    .build())
                    .addModule(
                            new SimpleModule().addDeserializer(Double.TYPE, new KnownOrUnknown()))
                    .propertyNamingStrategy(NAMES)
                    .disable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .disable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                    .withCoercionConfig(
                            LogicalType.Textual,
                            text -> {
                                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                            })
                    // Only record components are written, no methods such as Status.isLive.
                    .changeDefaultVisibility(visibility ->
                            visibility.withIsGetterVisibility(JsonAutoDetect.Visibility.NONE))
                    .build();

    private Json() {}

    /** Writes null for numbers that JSON does not have. */
    private static final class FiniteNumbers extends JsonGeneratorDelegate {

        FiniteNumbers(JsonGenerator generator) {
            super(generator, true);
        }

        @Override
        public JsonGenerator writeNumber(double value) {
            return Double.isFinite(value) ? super.writeNumber(value) : writeNull();
        }

        @Override
        public JsonGenerator writeNumber(float value) {
            return Float.isFinite(value) ? super.writeNumber(value) : writeNull();
        }
    }

    /** Reads a number, or NaN for null and for the texts that earlier builds wrote in its place. */
    private static final class KnownOrUnknown extends StdScalarDeserializer<Double> {

        KnownOrUnknown() {
            super(Double.TYPE);
        }

        @Override
        public Double deserialize(JsonParser parser, DeserializationContext context) {
            if (parser.currentToken().isNumeric() && Double.isFinite(parser.getDoubleValue())) {
                return parser.getDoubleValue();
            }
            if (parser.hasToken(JsonToken.VALUE_STRING)
                    && Fields.standsForUnknown(parser.getString())) {
                return Double.NaN;
            }
            return (Double) context.handleUnexpectedToken(getValueType(context), parser);
        }

        @Override
        public Double getNullValue(DeserializationContext context) {
            return Double.NaN;
        }
    }

    /**
     * Returns a document for programs, on several lines, without a line break at its end.
     *
     * @param schema the name of its schema, such as {@code anira.plugins/1}; its first key
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
        return present(MAPPER.readValue(text, OBJECT));
    }

    /**
     * Returns the value of a type in a text.
     *
     * @throws JacksonException if there is none
     */
    static <T> T value(String text, Class<T> type) {
        return present(MAPPER.readValue(text, type));
    }

    /** Returns a document's value; throws for the document "null", which has none. */
    private static <T> T present(T value) {
        if (value == null) {
            throw DatabindException.from((JsonParser) null, NULL);
        }
        return value;
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
     * Returns the value of a type in a file that an older build may have written: optional values
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
        // Without additions the text is read directly: the message has the wrong value's column.
        return complete(content, type) ? value(text, type) : MAPPER.convertValue(content, type);
    }

    /** Adds what is missing and optional, in records inside too. Returns whether nothing was. */
    private static boolean complete(Map<String, Object> content, Class<?> type) {
        boolean whole = true;
        for (RecordComponent each : type.getRecordComponents()) {
            String name = NAMES.nameForField(null, null, each.getName());
            if (each.getType().getSimpleName().startsWith("Optional")) {
                whole &= content.containsKey(name);
                content.putIfAbsent(name, null);
            } else if (each.getType().isRecord() && content.get(name) instanceof Map<?, ?> inside) {
                Map<String, Object> copy = new LinkedHashMap<>();
                inside.forEach((key, value) -> copy.put(String.valueOf(key), value));
                whole &= complete(copy, each.getType());
                content.put(name, copy);
            }
        }
        return whole;
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
            return RegularFiles.text(file);
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

    /** Returns what is wrong and where, without Java class names. */
    static String reason(JacksonException cause) {
        return problem(cause) + place(cause, true);
    }

    /** Returns what is wrong in a single-line text, and in which column. */
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
        if (message.startsWith("Trailing token")) {
            return "something follows where it should end";
        }
        if (cause.getCause() instanceof IllegalArgumentException misfit) {
            // The message of a record's constructor, which begins with the component's name.
            return key.isEmpty()
                    ? misfit.getMessage()
                    : misfit.getMessage().replaceFirst("^'", "'" + quoteReplacement(key + "."));
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
        if (cause instanceof DatabindException && !message.equals(NULL)
                || cause instanceof InputCoercionException) {
            // Cannot deserialize, construct, map …, followed by the name of a class.
            return key.isEmpty()
                    ? "it has another form"
                    : "the value of '%s' does not fit".formatted(key);
        }
        return message.replaceFirst(" \\(start marker at .*", "").replaceFirst(", from `.*?`", "");
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
