package org.anira.task.brevo;

import org.anira.api.task.Feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * The difficulty of the nodes of a right answer. Each number stands where a token is predicted, and
 * is the same for all tokens of a word; places that predict nothing of the answer have {@code NaN}.
 * O(edges).
 */
final class Difficulty {

    private final Question question;
    private final BrevoVocabulary vocabulary;

    /** [p]: the nodes of the answer. */
    private final int[] order;

    /** [p + 1]: how many tokens of the answer stand before a node's, at last before EOS. */
    private final int[] place;

    private final int tokens;
    private final List<Feature> features = new ArrayList<>();

    /**
     * Prepares the difficulty of an answer.
     *
     * @param order the nodes of a valid answer to the question
     * @param answer its tokens
     * @param tokens the number of all tokens, the question's too
     */
    Difficulty(
            Question question, BrevoVocabulary vocabulary, int[] order, int[] answer, int tokens) {
        this.question = question;
        this.vocabulary = vocabulary;
        this.order = order;
        this.tokens = tokens;
        place = new int[order.length + 1];
        for (int t = 0; t < order.length; t++) {
            int name = vocabulary.read(answer, place[t], answer.length);
            place[t + 1] = place[t] + vocabulary.length(name);
        }
    }

    List<Feature> features() {
        int count = order.length;
        int[] height = new int[question.nodes()];
        int[] distance = new int[question.nodes()];
        int[] longest = new int[question.nodes()];
        int[] missing = new int[question.nodes()];
        for (int node : order) {
            missing[node] = question.parents(node).length;
            for (int p : question.parents(node)) {
                height[node] = Math.max(height[node], height[p] + 1);
            }
        }
        Arrays.fill(distance, question.nodes());
        distance[question.query()] = 0;
        int queryDepth = question.nodes();
        for (int t = count - 1; t >= 0; t--) {
            int node = order[t];
            for (int p : question.parents(node)) {
                distance[p] = Math.min(distance[p], distance[node] + 1);
                longest[p] = Math.max(longest[p], longest[node] + 1);
            }
            if (question.parents(node).length == 0) {
                queryDepth = Math.min(queryDepth, distance[node]);
            }
        }
        int[] depth = new int[question.nodes()];
        Arrays.fill(depth, -1);
        search(question.query(), 0, depth);

        int[] frontier = new int[count + 1];
        int[] enabled = new int[count];
        for (int node : order) {
            frontier[0] += missing[node] == 0 ? 1 : 0;
        }
        int[][] dependents = neededDependents();
        for (int t = 0; t < count; t++) {
            for (int child : dependents[order[t]]) {
                enabled[t] += --missing[child] == 0 ? 1 : 0;
            }
            frontier[t + 1] = frontier[t] - 1 + enabled[t];
        }
        int[] out = question.dependents(false);
        double fewest = queryDepth;

        add("position", "Nodes of the answer before this one", t -> t);
        add("remaining", "Nodes of the answer from this one on", t -> count - t);
        offsets();
        add("frontier", "Nodes that would be right here; 0 where EOS is", t -> frontier[t]);
        features.getLast().values()[tokens - 2] = 0;
        add("newly_enabled", "Needed nodes whose last missing parent it is", t -> enabled[t]);
        add(
                "dfs_depth",
                "Depth at which a search from the query, edges in their order, meets it first",
                t -> depth[order[t]]);
        add("distance", "Fewest edges from the query to it", t -> distance[order[t]]);
        add("longest", "Most edges from the query to it", t -> longest[order[t]]);
        add(
                "height",
                "Longest chain of dependencies below it, 0 for a leaf",
                t -> height[order[t]]);
        add("in_degree", "Its parents", t -> question.parents(order[t]).length);
        add("out_degree", "Nodes of the graph that depend on it", t -> out[order[t]]);
        add(
                "out_degree_reachable",
                "Needed nodes that depend on it",
                t -> dependents[order[t]].length);
        add("nodes", "Nodes in the edges of the question", _ -> question.nodes());
        add("edges", "Edges of the question", _ -> question.edges());
        add("reachable", "Nodes of the answer", _ -> count);
        add("query_depth", "Fewest edges from the query to a leaf", _ -> fewest);
        return List.copyOf(features);
    }

    private void search(int node, int at, int[] depth) {
        if (depth[node] < 0) {
            depth[node] = at;
            for (int p : question.parents(node)) {
                search(p, at + 1, depth);
            }
        }
    }

    private int[][] neededDependents() {
        int[] counts = question.dependents(true);
        int[][] dependents = new int[question.nodes()][];
        Arrays.setAll(dependents, node -> new int[counts[node]]);
        for (int node : order) {
            for (int p : question.parents(node)) {
                dependents[p][--counts[p]] = node;
            }
        }
        return dependents;
    }

    private void add(String name, String meaning, IntToDoubleFunction of) {
        double[] values = new double[tokens];
        Arrays.fill(values, Double.NaN);
        for (int t = 0; t < order.length; t++) {
            int from = question.end() - 1;
            Arrays.fill(values, from + place[t], from + place[t + 1], of.applyAsDouble(t));
        }
        features.add(new Feature(name, meaning, values));
    }

    private void offsets() {
        add("word_offset", "Tokens of the same node before this one", _ -> 0);
        double[] values = features.getLast().values();
        for (int t = 0; t < order.length; t++) {
            for (int i = place[t]; i < place[t + 1]; i++) {
                values[question.end() - 1 + i] = i - place[t];
            }
        }
    }
}
