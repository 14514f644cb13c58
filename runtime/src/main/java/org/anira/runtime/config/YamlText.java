package org.anira.runtime.config;

import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads YAML 1.2, core schema, as a list of leaves with dotted paths and places. Writes single
 * values as text that readers of YAML 1.1 understand the same way.
 *
 * <p>Reading any text takes bounded time and memory: its length, depth, values and keys are
 * limited, far above what an experiment needs.
 */
final class YamlText {

    /** The largest number of characters in a text. */
    static final int LONGEST = 1 << 20;

    /** The deepest nesting of mappings and lists, after aliases are expanded. */
    private static final int DEEPEST = 16;

    /** The largest number of values, after aliases are expanded. */
    private static final int MOST_VALUES = 10_000;

    private static final int LONGEST_KEY = 256;

    /**
     * The largest number of characters in a number: the time to read one grows with their square.
     */
    private static final int LONGEST_NUMBER = 1000;

    private static final int MOST_QUOTED = 300;

    /**
     * Texts that need no quotes: they begin with a letter, so they are no number, date or YAML
     * syntax.
     */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/](?:[\\w./;+, -]*[\\w./;+-])?");

    /** Words that are true, false or nothing to YAML 1.1 or 1.2. */
    private static final Pattern WORD = Pattern.compile("(?i)y|yes|n|no|true|false|on|off|null");

    /**
     * A value with the keys that lead to it.
     *
     * @param path the keys, joined by dots; empty for a document that is a single value
     * @param keys where each key of the path stands, outermost first
     * @param value the content
     * @param place where the value stands
     */
    record Leaf(String path, List<Origin> keys, Content value, Origin place) {}

    /** The content of a leaf. */
    sealed interface Content {

        /** Returns it as messages show it. */
        default String shown() {
            return switch (this) {
                case Scalar scalar -> Settings.shown(scalar.value());
                case Nothing _ -> "empty";
                case Mapping _ -> "a mapping";
                case Sequence _ -> "a list";
                case Repeated _ -> "given twice";
            };
        }

        /**
         * A number, boolean or text.
         *
         * @param text as it is written, without quotes
         */
        record Scalar(Object value, String text) implements Content {}

        /** A key without a value. */
        record Nothing() implements Content {}

        /** A mapping; as a leaf, one without keys. */
        record Mapping() implements Content {}

        /** A list. */
        record Sequence() implements Content {}

        /** A key that its mapping has already, at {@code first}. */
        record Repeated(Origin first) implements Content {}
    }

    /** A parser that limits nesting, since the composer of nodes is recursive. */
    private final class BoundedParser implements Parser {

        private final Parser parser;
        private int depth;

        BoundedParser(Parser parser) {
            this.parser = parser;
        }

        @Override
        public boolean checkEvent(Event.ID choice) {
            return parser.checkEvent(choice);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public Event next() {
            Event event = parser.next();
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> checkDepth(++depth, event.getStartMark());
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            return event;
        }
    }

    private final Function<Mark, Origin> places;
    private final Origin whole;
    private final List<Leaf> leaves = new ArrayList<>();
    private final Deque<Node> open = new ArrayDeque<>();

    private YamlText(Origin whole, Function<Mark, Origin> places) {
        this.whole = whole;
        this.places = places;
    }

    /**
     * Returns the leaves of a file.
     *
     * @throws SettingsException CFG-005 if it is not YAML or exceeds a bound, with line and column
     */
    static List<Leaf> read(String source, String text) {
        checkCharacters(text, (line, column) -> new Origin.Place(source, line, column));
        return new YamlText(
                        new Origin.Place(source, 1, 1),
                        mark -> new Origin.Place(source, mark.getLine() + 1, mark.getColumn() + 1))
                .leaves(text, "", List.of());
    }

    /**
     * Returns the leaves of a text, all with the same origin.
     *
     * @throws SettingsException CFG-005 if it is not YAML
     */
    static List<Leaf> read(Origin whole, String text) {
        return new YamlText(whole, _ -> whole).leaves(text, "", List.of());
    }

    /**
     * Returns the leaves of the value of an override.
     *
     * @throws SettingsException CFG-005 if it is not YAML or exceeds a bound
     */
    static List<Leaf> readOverride(Origin origin, String path, String value) {
        checkCharacters(value, (_, _) -> origin);
        List<Origin> keys = Collections.nCopies(parts(path), origin);
        return new YamlText(origin, _ -> origin).leaves(value, path, keys);
    }

    private static int parts(String path) {
        return path.split("\\.", -1).length;
    }

    /** Makes an origin of a line and a column, both from 1. */
    private interface Position {
        Origin at(int line, int column);
    }

    private static void checkCharacters(String text, Position position) {
        if (text.length() > LONGEST) {
            throw malformed(
                    position.at(1, 1),
                    "%d characters, expected at most %d".formatted(text.length(), LONGEST));
        }
        int line = 1;
        int column = 1;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int character = text.codePointAt(i);
            boolean ends =
                    character == '\n'
                            || character == '\r'
                                    && (i + 1 == text.length() || text.charAt(i + 1) != '\n');
            if (!StreamReader.isPrintable(character)) {
                throw malformed(
                        position.at(line, column),
                        "the character U+%04X is not allowed".formatted(character));
            }
            line = ends ? line + 1 : line;
            column = ends ? 1 : column + 1;
        }
    }

    private List<Leaf> leaves(String text, String path, List<Origin> keys) {
        // Duplicate keys and keys that are no text are allowed here, to report them in our own
        // words.
        LoadSettings settings =
                LoadSettings.builder()
                        .setSchema(new CoreSchema())
                        .setAllowDuplicateKeys(true)
                        .setAllowNonScalarKeys(true)
                        .setCodePointLimit(LONGEST)
                        .build();
        try {
            Parser parser = new ParserImpl(settings, new StreamReader(settings, text));
            Optional<Node> root = new Composer(settings, new BoundedParser(parser)).getSingleNode();
            if (root.isPresent()) {
                walk(path, keys, root.get());
            } else {
                add(new Leaf(path, keys, new Content.Nothing(), whole));
            }
            return leaves;
        } catch (YamlVersionException e) {
            throw malformed(
                    whole,
                    "its version is %d.%d, expected 1.2"
                            .formatted(
                                    e.getSpecVersion().getMajor(), e.getSpecVersion().getMinor()));
        } catch (MarkedYamlEngineException e) {
            Origin place = e.getProblemMark().map(places).orElse(whole);
            boolean alone = e.getContext() == null || e.getContext().isBlank();
            throw malformed(place, alone ? e.getProblem() : e.getContext() + ", " + e.getProblem());
        } catch (YamlEngineException e) {
            throw malformed(whole, e.getMessage());
        }
    }

    private static SettingsException malformed(Origin place, String reason) {
        String some =
                reason.length() > MOST_QUOTED ? reason.substring(0, MOST_QUOTED) + "…" : reason;
        return new SettingsException(
                "CFG-005",
                place.prefix() + "not valid YAML: " + some.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    private void checkDepth(int depth, Optional<Mark> mark) {
        if (depth > DEEPEST) {
            throw malformed(
                    mark.map(places).orElse(whole),
                    "mappings and lists are more than %d levels deep".formatted(DEEPEST));
        }
    }

    private void add(Leaf leaf) {
        if (leaves.size() == MOST_VALUES) {
            throw malformed(
                    leaf.place(),
                    "there are more than %d values after aliases are expanded"
                            .formatted(MOST_VALUES));
        }
        leaves.add(leaf);
    }

    private void walk(String path, List<Origin> keys, Node node) {
        Origin place = place(node);
        if (open.contains(node)) {
            throw malformed(place, "an alias refers to a part of itself");
        }
        open.push(node);
        switch (node) {
            case ScalarNode scalar -> add(new Leaf(path, keys, content(scalar, place), place));
            case SequenceNode _ when node.getTag().equals(Tag.SEQ) ->
                    add(new Leaf(path, keys, new Content.Sequence(), place));
            case MappingNode mapping when node.getTag().equals(Tag.MAP) -> {
                // Aliases may go deeper than the text does.
                checkDepth(open.size(), node.getStartMark());
                if (mapping.getValue().isEmpty()) {
                    add(new Leaf(path, keys, new Content.Mapping(), place));
                }
                walk(path, keys, mapping);
            }
            default -> throw unknownTag(place, node);
        }
        open.pop();
    }

    private void walk(String path, List<Origin> keys, MappingNode mapping) {
        Map<String, Origin> seen = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Origin place = place(tuple.getKeyNode());
            String key = key(tuple.getKeyNode(), place);
            List<Origin> longer = new ArrayList<>(keys);
            // A key may have dots in it: then one place stands for all its parts.
            longer.addAll(Collections.nCopies(parts(key), place));
            String inner = path.isEmpty() ? key : path + "." + key;
            Origin first = seen.putIfAbsent(key, place);
            if (first == null) {
                walk(inner, longer, tuple.getValueNode());
            } else {
                add(new Leaf(inner, longer, new Content.Repeated(first), place));
            }
        }
    }

    private static String key(Node node, Origin place) {
        if (!(node instanceof ScalarNode key)) {
            throw malformed(place, "a key is a list or a mapping, expected a text");
        }
        if (key.getValue().length() > LONGEST_KEY) {
            throw malformed(
                    place,
                    "a key has %d characters, expected at most %d"
                            .formatted(key.getValue().length(), LONGEST_KEY));
        }
        return key.getValue();
    }

    private Origin place(Node node) {
        return node.getStartMark().map(places).orElse(whole);
    }

    private static SettingsException unknownTag(Origin place, Node node) {
        return malformed(
                place,
                "the tag %s means nothing here; write the value without it"
                        .formatted(Settings.shown(node.getTag().getValue())));
    }

    /** Returns the value of a scalar, whose tag was written or follows from its form. */
    private static Content content(ScalarNode node, Origin place) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.STR)) {
            return new Content.Scalar(text, text);
        }
        Map<Tag, Pattern> forms =
                Map.of(
                        Tag.NULL, CoreScalarResolver.NULL,
                        Tag.BOOL, CoreScalarResolver.BOOL,
                        Tag.INT, CoreScalarResolver.INT,
                        Tag.FLOAT, CoreScalarResolver.FLOAT);
        if (!forms.containsKey(tag)) {
            throw unknownTag(place, node);
        }
        boolean written = text.isEmpty() || forms.get(tag).matcher(text).matches();
        if (!written || text.isEmpty() && !tag.equals(Tag.NULL)) {
            throw unknownTag(place, node);
        }
        if (tag.equals(Tag.NULL)) {
            return new Content.Nothing();
        }
        if (text.length() > LONGEST_NUMBER) {
            throw malformed(
                    place,
                    "a number has %d characters, expected at most %d"
                            .formatted(text.length(), LONGEST_NUMBER));
        }
        return new Content.Scalar(
                tag.equals(Tag.BOOL)
                        ? (Object) Boolean.valueOf(text)
                        : tag.equals(Tag.INT) ? whole(text) : number(text),
                text);
    }

    private static Number whole(String text) {
        BigInteger value =
                text.startsWith("0x")
                        ? new BigInteger(text.substring(2), 16)
                        : text.startsWith("0o")
                                ? new BigInteger(text.substring(2), 8)
                                : new BigInteger(text);
        return value.bitLength() < Integer.SIZE
                ? (Number) value.intValue()
                : value.bitLength() < Long.SIZE ? (Number) value.longValue() : value;
    }

    private static Double number(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case ".nan" -> Double.NaN;
            case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
            case "-.inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.valueOf(text);
        };
    }

    /**
     * Returns a number, boolean or text as one line of YAML that reads back as the same value, in
     * YAML 1.1 too: there a number with an exponent has a sign in it, and {@code no} is false.
     */
    static String write(Object value) {
        return switch (value) {
            case Double number -> number.toString().replace("E-", "e-").replace("E", "e+");
            case Number _, Boolean _ -> value.toString();
            default -> text(value.toString());
        };
    }

    private static String text(String value) {
        if (PLAIN.matcher(value).matches() && !WORD.matcher(value).matches()) {
            return value;
        }
        if (value.codePoints().allMatch(YamlText::isVisible)) {
            return "'" + value.replace("'", "''") + "'";
        }
        StringBuilder quoted = new StringBuilder("\"");
        value.codePoints()
                .forEach(character -> {
                    if (character == '"' || character == '\\') {
                        quoted.append('\\').appendCodePoint(character);
                    } else if (isVisible(character)) {
                        quoted.appendCodePoint(character);
                    } else {
                        quoted.append("\\u%04x".formatted(character));
                    }
                });
        return quoted.append('"').toString();
    }

    /** Returns a text for a comment: one line of characters that YAML allows. */
    static String comment(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints()
                .forEach(character -> line.appendCodePoint(isVisible(character) ? character : ' '));
        return line.toString();
    }

    /** Returns whether a character may stand in YAML 1.1 and 1.2, and ends no line in either. */
    private static boolean isVisible(int character) {
        boolean endsLine =
                character == '\n'
                        || character == '\r'
                        || character == 0x85
                        || character == 0x2028
                        || character == 0x2029;
        return StreamReader.isPrintable(character)
                && !endsLine
                && character != '\t'
                && character != 0xfeff;
    }
}
