package org.anira.task.brevo;

import org.anira.api.task.Sample;
import org.anira.api.task.Task;
import org.anira.api.task.Vocabulary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What is right by the definition of the task, worked out slowly on the texts of tokens and without
 * the task's own reader.
 */
record Definition(Vocabulary vocabulary, List<Edge> edges, String query) {

    /** An edge between names. */
    record Edge(String parent, String child) {}

    static Definition of(Task task, Sample sample) {
        Vocabulary vocabulary = task.vocabulary();
        List<String> texts = Arrays.stream(sample.tokens()).mapToObj(vocabulary::text).toList();
        int query = texts.indexOf("QUERY");
        List<String> names = names(texts.subList(1, query)).orElseThrow();
        List<Edge> edges =
                IntStream.range(0, names.size() / 2)
                        .mapToObj(i -> new Edge(names.get(2 * i), names.get(2 * i + 1)))
                        .toList();
        return new Definition(
                vocabulary,
                edges,
                String.join("", texts.subList(query + 1, texts.indexOf("ANSWER"))));
    }

    /** Returns the names that texts are, or nothing if one is not whole. */
    private static Optional<List<String>> names(List<String> texts) {
        List<String> names = new ArrayList<>();
        String word = "";
        for (String text : texts) {
            word += text;
            if (word.matches("\\d+|[a-d]{1,3}[A-D]")) {
                names.add(word);
                word = "";
            }
        }
        return word.isEmpty() ? Optional.of(names) : Optional.empty();
    }

    Set<String> nodes() {
        Set<String> nodes = new HashSet<>();
        edges.forEach(edge -> nodes.addAll(List.of(edge.parent(), edge.child())));
        return nodes;
    }

    Set<String> parents(String node) {
        Set<String> parents = new HashSet<>();
        edges.stream()
                .filter(edge -> edge.child().equals(node))
                .forEach(edge -> parents.add(edge.parent()));
        return parents;
    }

    /** Returns the query and all it depends on. */
    Set<String> needed() {
        Set<String> needed = new HashSet<>(Set.of(query));
        while (needed.addAll(needed.stream().flatMap(node -> parents(node).stream()).toList())) {}
        return needed;
    }

    boolean allows(int[] answer) {
        if (Arrays.stream(answer).anyMatch(token -> token < 0 || token >= vocabulary.size())
                || answer.length == 0
                || answer[answer.length - 1] != Vocabulary.EOS) {
            return false;
        }
        Optional<List<String>> names =
                names(
                        Arrays.stream(answer, 0, answer.length - 1)
                                .mapToObj(vocabulary::text)
                                .toList());
        if (names.isEmpty() || names.get().size() != needed().size()) {
            return false;
        }
        Set<String> before = new HashSet<>();
        for (String node : names.get()) {
            if (!before.containsAll(parents(node)) || !before.add(node)) {
                return false;
            }
        }
        return before.equals(needed());
    }
}
