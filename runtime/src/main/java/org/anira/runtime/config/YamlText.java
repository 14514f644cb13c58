package org.anira.runtime.config;

import org.anira.api.SettingsException;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * YAML 1.2, core schema, as a list of leaves with dotted paths and places; and single values back
 * to text.
 */
final class YamlText {

    /**
     * A value with the keys that lead to it.
     *
     * @param path the keys, joined by dots; empty for a document that is a single value
     * @param keys where each key of the path stands, outermost first
     * @param value what stands there
     * @param place where the value stands
     */
    record Leaf(String path, List<Origin> keys, Content value, Origin place) {}

    /** What stands at a leaf. */
    sealed interface Content {

        /** A number, boolean or text. */
        record Scalar(Object value) implements Content {}

        /** A key without a value. */
        record Nothing() implements Content {}

        /** A mapping without keys. */
        record EmptyMapping() implements Content {}

        /** A list. */
        record Sequence() implements Content {}

        /** A key that its mapping has already, at {@code first}. */
        record Repeated(Origin first) implements Content {}
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
     * @throws SettingsException CFG-005 if it is not YAML, with line and column
     */
    static List<Leaf> read(String source, String text) {
        return new YamlText(
                        new Origin.Place(source, 1, 1),
                        mark -> new Origin.Place(source, mark.getLine() + 1, mark.getColumn() + 1))
                .leaves(text, "", List.of());
    }

    /**
     * Returns the leaves of a text of which no place is told apart from another.
     *
     * @throws SettingsException CFG-005 if it is not YAML
     */
    static List<Leaf> read(Origin whole, String text) {
        return new YamlText(whole, _ -> whole).leaves(text, "", List.of());
    }

    /**
     * Returns the leaves of the value of an override.
     *
     * @throws SettingsException CFG-005 if it is not YAML
     */
    static List<Leaf> readOverride(Origin origin, String path, String value) {
        List<Origin> keys = Collections.nCopies(parts(path), origin);
        return new YamlText(origin, _ -> origin).leaves(value, path, keys);
    }

    private static int parts(String path) {
        return path.split("\\.", -1).length;
    }

    private List<Leaf> leaves(String text, String path, List<Origin> keys) {
        // Duplicate keys are allowed here, since the caller reports all of them together.
        LoadSettings settings =
                LoadSettings.builder()
                        .setSchema(new CoreSchema())
                        .setAllowDuplicateKeys(true)
                        .build();
        try {
            StreamReader reader = new StreamReader(settings, text);
            Optional<Node> root =
                    new Composer(settings, new ParserImpl(settings, reader)).getSingleNode();
            if (root.isPresent()) {
                StandardConstructor scalars = new StandardConstructor(settings);
                walk(path, keys, root.get(), scalars);
            } else {
                leaves.add(new Leaf(path, keys, new Content.Nothing(), whole));
            }
            return leaves;
        } catch (MarkedYamlEngineException e) {
            Origin place = e.getProblemMark().map(places).orElse(whole);
            String context = e.getContext() == null ? "" : e.getContext() + ", ";
            throw malformed(place, context + e.getProblem(), e);
        } catch (YamlEngineException e) {
            throw malformed(whole, e.getMessage(), e);
        }
    }

    private static SettingsException malformed(
            Origin place, String reason, YamlEngineException cause) {
        return new SettingsException(
                "CFG-005",
                place.prefix() + "not valid YAML: " + reason.strip().replaceAll("\\s*\\R\\s*", " "),
                cause);
    }

    private void walk(String path, List<Origin> keys, Node node, StandardConstructor scalars) {
        Origin place = node.getStartMark().map(places).orElse(whole);
        if (open.contains(node)) {
            throw new SettingsException(
                    "CFG-005",
                    place.prefix() + "not valid YAML: an alias refers to a part of itself");
        }
        open.push(node);
        switch (node) {
            case MappingNode mapping when mapping.getValue().isEmpty() ->
                    leaves.add(new Leaf(path, keys, new Content.EmptyMapping(), place));
            case MappingNode mapping -> {
                Map<String, Origin> seen = new HashMap<>();
                for (NodeTuple tuple : mapping.getValue()) {
                    Origin keyPlace = tuple.getKeyNode().getStartMark().map(places).orElse(whole);
                    // The composer has refused keys that are lists or mappings.
                    ScalarNode key = (ScalarNode) tuple.getKeyNode();
                    List<Origin> longer = new ArrayList<>(keys);
                    // A key may have dots in it: then one place stands for all its parts.
                    longer.addAll(Collections.nCopies(parts(key.getValue()), keyPlace));
                    String inner = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
                    Origin first = seen.putIfAbsent(key.getValue(), keyPlace);
                    if (first == null) {
                        walk(inner, longer, tuple.getValueNode(), scalars);
                    } else {
                        leaves.add(new Leaf(inner, longer, new Content.Repeated(first), keyPlace));
                    }
                }
            }
            case SequenceNode _ -> leaves.add(new Leaf(path, keys, new Content.Sequence(), place));
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) ->
                    leaves.add(new Leaf(path, keys, new Content.Nothing(), place));
            case ScalarNode scalar -> {
                Object value = scalars.constructSingleDocument(Optional.of(scalar));
                leaves.add(new Leaf(path, keys, new Content.Scalar(value), place));
            }
            default -> throw new IllegalStateException("node " + node.getNodeType());
        }
        open.pop();
    }

    /** Returns a number, boolean or text as one line of YAML that reads back as the same value. */
    static String write(Object value) {
        String plain = dump(value, ScalarStyle.PLAIN);
        return plain.contains("\n") ? dump(value, ScalarStyle.DOUBLE_QUOTED) : plain;
    }

    private static String dump(Object value, ScalarStyle style) {
        DumpSettings settings =
                DumpSettings.builder()
                        .setSchema(new CoreSchema())
                        .setDefaultScalarStyle(style)
                        .setWidth(Integer.MAX_VALUE)
                        .setSplitLines(false)
                        .build();
        return new Dump(settings).dumpToString(value).stripTrailing();
    }
}
