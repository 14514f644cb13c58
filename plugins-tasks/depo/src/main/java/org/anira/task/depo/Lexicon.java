package org.anira.task.depo;

/**
 * The words that name nodes. Lengths and letters are uniform; the last letter is from a second
 * alphabet of the same size, so that words need no separator.
 *
 * @param letters M, the size of each alphabet
 * @param shortest fewest letters
 * @param longest most letters
 */
record Lexicon(int letters, int shortest, int longest) {

    Lexicon {
        if (letters < 2 || shortest < 1 || longest < shortest || Math.pow(letters, longest) > 1e8) {
            throw new IllegalArgumentException(
                    "words of %d to %d of %d letters".formatted(shortest, longest, letters));
        }
    }

    /** Returns how many words of a length there are. */
    int count(int length) {
        return (int) Math.round(Math.pow(letters, length));
    }

    /** Returns how many words there are. */
    int count() {
        return first(longest + 1);
    }

    /** Returns how many words are shorter than {@code length}: words are numbered by length. */
    int first(int length) {
        int sum = 0;
        for (int i = shortest; i < length; i++) {
            sum += count(i);
        }
        return sum;
    }
}
