package org.anira.it;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** JSON that the application wrote. */
final class Documents {

    private Documents() {}

    /** Reads a text that is one document. */
    static JsonNode of(String text) {
        return JsonMapper.shared().readTree(text);
    }

    /** Reads a file that is one document. */
    static JsonNode of(Path file) {
        return of(text(file));
    }

    /** Reads a file of one document per line. */
    static List<JsonNode> lines(Path file) {
        return text(file).lines().map(Documents::of).toList();
    }

    /** Returns the elements of a list. */
    static List<JsonNode> elements(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).toList();
    }

    /** Returns the texts at a key of each element of a list. */
    static List<String> texts(JsonNode list, String key) {
        return elements(list).stream().map(element -> element.get(key).asString()).toList();
    }

    /** Returns a file's text. */
    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
