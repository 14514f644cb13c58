package org.anira.api.task;

import org.anira.api.PublicApi;

import java.util.List;

/**
 * An answer inside a sample, to be decoded greedily. Everything before {@code start} is given,
 * including the right answers of earlier spans. Decoding ends with a stop token or after {@code
 * limit} tokens.
 *
 * @param start index of the answer's first token in {@link Sample#tokens}, at least 1
 * @param end index after the right answer's last token (a stop token that belongs to it included)
 * @param limit most tokens to decode, at least 1; depends on the point or the question, never on
 *     the answer, whose length it must not reveal
 * @param stops tokens that end the answer; the last decoded token may be one of them. Needed where
 *     the length of answers varies, see {@link Task}
 */
@PublicApi(since = "0.1")
public record Span(int start, int end, int limit, List<Integer> stops) {

    public Span {
        stops = List.copyOf(stops);
        if (start < 1 || end <= start || limit < 1) {
            throw new IllegalArgumentException(
                    "span %d to %d with limit %d".formatted(start, end, limit));
        }
    }
}
