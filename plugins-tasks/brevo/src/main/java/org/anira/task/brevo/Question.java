package org.anira.task.brevo;

import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.Optional;

/**
 * A question that was read back from its tokens: the graph, and what the node that is asked about
 * depends on. Nodes are 0 … in the order in which they first appear. Reading takes O(edges).
 */
final class Question {

    private final BrevoVocabulary vocabulary;

    /** By name; -1 where the question has no such node. */
    private final int[] nodeOfName;

    /** [edge]: nodes, in the order of the prompt. */
    private final int[] parent;

    private final int[] child;
    private final int nodes;

    /** By node: its parents, in the order of the prompt. */
    private final int[][] parents;

    private final int query;
    private final boolean[] needed;
    private final int neededCount;

    /** Index of the token after ANSWER. */
    private final int end;

    /**
     * Reads a question.
     *
     * @param tokens {@code BOS edges QUERY node ANSWER}; what follows is not read
     * @throws IllegalArgumentException if they are something else
     */
    Question(int[] tokens, BrevoVocabulary vocabulary) {
        this.vocabulary = vocabulary;
        nodeOfName = new int[vocabulary.names()];
        Arrays.fill(nodeOfName, -1);
        int[] read = new int[tokens.length];
        int count = 0;
        int found = 0;
        int at = 1;
        while (at < tokens.length && tokens[at] != BrevoVocabulary.QUERY) {
            int name = name(tokens, at);
            at += vocabulary.length(name);
            if (nodeOfName[name] < 0) {
                nodeOfName[name] = found++;
            }
            read[count++] = nodeOfName[name];
        }
        int asked = name(tokens, at + 1);
        end = at + 2 + vocabulary.length(asked);
        if (count % 2 != 0 || end > tokens.length || tokens[end - 1] != BrevoVocabulary.ANSWER) {
            throw new IllegalArgumentException("not a question: " + Arrays.toString(tokens));
        }
        if (nodeOfName[asked] < 0) {
            nodeOfName[asked] = found++;
        }
        nodes = found;
        query = nodeOfName[asked];
        parent = new int[count / 2];
        child = new int[count / 2];
        int[] degree = new int[nodes];
        for (int e = 0; e < parent.length; e++) {
            parent[e] = read[2 * e];
            child[e] = read[2 * e + 1];
            degree[child[e]]++;
        }
        parents = new int[nodes][];
        Arrays.setAll(parents, node -> new int[degree[node]]);
        for (int e = parent.length - 1; e >= 0; e--) {
            parents[child[e]][--degree[child[e]]] = parent[e];
        }
        needed = new boolean[nodes];
        neededCount = need(query);
    }

    private int name(int[] tokens, int at) {
        int name = vocabulary.read(tokens, at, tokens.length);
        if (name < 0) {
            throw new IllegalArgumentException(
                    "no node begins at token %d of %s".formatted(at, Arrays.toString(tokens)));
        }
        return name;
    }

    /** Marks a node and all it depends on. @return how many are new */
    private int need(int node) {
        if (needed[node]) {
            return 0;
        }
        needed[node] = true;
        int count = 1;
        for (int p : parents[node]) {
            count += need(p);
        }
        return count;
    }

    int nodes() {
        return nodes;
    }

    int edges() {
        return parent.length;
    }

    int query() {
        return query;
    }

    /** Returns p, the size of R. */
    int neededCount() {
        return neededCount;
    }

    boolean needed(int node) {
        return needed[node];
    }

    /** Returns the index of the answer's first token. */
    int end() {
        return end;
    }

    int[] parents(int node) {
        return parents[node];
    }

    /** Returns the number of edges that leave each node, to any or to needed ones. */
    int[] dependents(boolean neededOnly) {
        int[] counts = new int[nodes];
        for (int e = 0; e < parent.length; e++) {
            counts[parent[e]] += !neededOnly || needed[child[e]] ? 1 : 0;
        }
        return counts;
    }

    /**
     * Returns the nodes of an answer, or nothing if it is wrong: whole names and EOS, every needed
     * node exactly once and after its parents.
     */
    Optional<int[]> validOrder(int[] answer) {
        int last = answer.length - 1;
        if (last < 0 || answer[last] != Vocabulary.EOS) {
            return Optional.empty();
        }
        int[] order = new int[neededCount];
        boolean[] taken = new boolean[nodes];
        int count = 0;
        for (int at = 0; at < last; count++) {
            int name = vocabulary.read(answer, at, last);
            int node = name < 0 ? -1 : nodeOfName[name];
            if (node < 0 || !needed[node] || taken[node]) {
                return Optional.empty();
            }
            for (int p : parents[node]) {
                if (!taken[p]) {
                    return Optional.empty();
                }
            }
            taken[node] = true;
            order[count] = node;
            at += vocabulary.length(name);
        }
        return count == neededCount ? Optional.of(order) : Optional.empty();
    }
}
