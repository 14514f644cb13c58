package org.anira.app;

import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.util.LinkedHashMap;
import java.util.Map;

/** Documents for programs, each with a {@code schema} that names its form. */
final class Json {

    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                    .build();

    private Json() {}

    /**
     * Returns a document.
     *
     * @param schema such as {@code anira.plugins/1}
     * @param content numbers, booleans, texts, lists and maps by key
     */
    static String document(String schema, Map<String, ?> content) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schema", schema);
        document.putAll(content);
        return MAPPER.writeValueAsString(document);
    }

    /** Reads a text that is one object. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        return MAPPER.readValue(text, Map.class);
    }
}
