package org.anira.task.clrstext;

import org.anira.api.task.Vocabulary;

import java.util.Arrays;
import java.util.stream.IntStream;

/** One token per character; the same ids whatever the settings are. */
record ClrsTextVocabulary() implements Vocabulary {

    private static final String CHARACTERS = "\n ()+,-.0123456789:AP[]_abcdefghijklmnopqrstuvwxyz|";

    private static final int[] TOKENS = new int[128];

    static {
        Arrays.fill(TOKENS, -1);
        for (int i = 0; i < CHARACTERS.length(); i++) {
            TOKENS[CHARACTERS.charAt(i)] = EOS + 1 + i;
        }
    }

    /** Returns the token of a character. */
    static int token(char character) {
        int token = character < TOKENS.length ? TOKENS[character] : -1;
        if (token < 0) {
            throw new IllegalArgumentException("there is no token for '%s'".formatted(character));
        }
        return token;
    }

    /** Returns the character of a token, 0 if it stands for none. */
    static char character(int token) {
        int place = token - EOS - 1;
        return place >= 0 && place < CHARACTERS.length() ? CHARACTERS.charAt(place) : 0;
    }

    /** Returns the characters that tokens stand for, without BOS and EOS. */
    static String string(int[] tokens) {
        return IntStream.of(tokens)
                .map(ClrsTextVocabulary::character)
                .filter(character -> character != 0)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Override
    public int size() {
        return EOS + 1 + CHARACTERS.length();
    }

    @Override
    public String text(int token) {
        if (token < 0 || token >= size()) {
            throw new IndexOutOfBoundsException("token %d of %d".formatted(token, size()));
        }
        return switch (token) {
            case PAD -> "PAD";
            case BOS -> "BOS";
            case EOS -> "EOS";
            default -> {
                char character = character(token);
                yield character == '\n' ? "␤" : character == ' ' ? "␠" : String.valueOf(character);
            }
        };
    }
}
