package org.anira.task.depo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a sequence asks, read back from its tokens: the edges in their order, and the questions.
 * Nodes are 0 … n − 1, in the order in which their edges are listed. O(n) to read.
 */
final class Cycle {

    /**
     * A question.
     *
     * @param k how many steps
     * @param start the node they begin at
     * @param at index of the answer's first token
     * @param end index after its last one, as it stands in the sequence
     */
    record Question(int k, int start, int at, int end) {}

    private final int[] successor;
    private final List<List<Integer>> words = new ArrayList<>();
    private final List<Question> questions = new ArrayList<>();

    private final int[] tokens;
    private final DepoVocabulary vocabulary;

    /**
     * Reads a sequence.
     *
     * @throws IllegalArgumentException if its edges are no cycle or its questions not whole
     */
    Cycle(int[] tokens, DepoVocabulary vocabulary) {
        this.tokens = tokens;
        this.vocabulary = vocabulary;
        Map<List<Integer>, Integer> nodes = new HashMap<>();
        List<List<Integer>> ends = new ArrayList<>();
        int at = 1;
        while (at < tokens.length && vocabulary.asSteps(tokens[at]) < 1) {
            at += tokens[at] == DepoVocabulary.SEPARATOR ? 1 : 0;
            List<Integer> from = word(at);
            List<Integer> to = word(at + from.size());
            at += from.size() + to.size();
            require(nodes.put(from, nodes.size()) == null, from, "two edges");
            words.add(from);
            ends.add(to);
        }
        successor = new int[ends.size()];
        boolean[] reached = new boolean[ends.size()];
        for (int e = 0; e < successor.length; e++) {
            require(nodes.containsKey(ends.get(e)), ends.get(e), "no edge");
            successor[e] = nodes.get(ends.get(e));
            require(!reached[successor[e]], ends.get(e), "two predecessors");
            reached[successor[e]] = true;
        }
        while (at < tokens.length) {
            int k = vocabulary.asSteps(tokens[at]);
            List<Integer> start = word(at + 1);
            int answer = at + 2 + start.size();
            require(k > 0 && tokens[answer - 1] == DepoVocabulary.ANSWER, start, "no question");
            require(nodes.containsKey(start), start, "no edge");
            at = answer + word(answer).size();
            questions.add(new Question(k, nodes.get(start), answer, at));
        }
    }

    private List<Integer> word(int at) {
        List<Integer> word = new ArrayList<>();
        for (int i = at; i < tokens.length; i++) {
            word.add(tokens[i]);
            if (vocabulary.ends(tokens[i])) {
                return word;
            }
            require(
                    tokens[i] >= vocabulary.letter(0)
                            && tokens[i] < vocabulary.letter(vocabulary.letters()),
                    word,
                    "no letter");
        }
        throw new IllegalArgumentException("no end of a word: " + Arrays.toString(tokens));
    }

    private static void require(boolean condition, List<Integer> word, String problem) {
        if (!condition) {
            throw new IllegalArgumentException("not a cycle: %s has %s".formatted(word, problem));
        }
    }

    int nodes() {
        return successor.length;
    }

    List<Question> questions() {
        return questions;
    }

    /** Returns the word of the right answer. */
    List<Integer> answer(Question question) {
        int node = question.start();
        for (int i = 0; i < question.k(); i++) {
            node = successor[node];
        }
        return words.get(node);
    }

    /**
     * Returns how many of the k edges stand before the edge that they follow: what is read from
     * left to right cannot take them in passing.
     */
    int backwardHops(Question question) {
        int hops = 0;
        int edge = question.start();
        for (int i = 1; i < question.k(); i++) {
            hops += successor[edge] < edge ? 1 : 0;
            edge = successor[edge];
        }
        return hops;
    }

    /** Returns the sum of the distances, in edges of the list, between the k edges. */
    int jumpLength(Question question) {
        int length = 0;
        int edge = question.start();
        for (int i = 1; i < question.k(); i++) {
            length += Math.abs(successor[edge] - edge);
            edge = successor[edge];
        }
        return length;
    }
}
