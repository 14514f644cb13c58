package org.anira.backend.floor;

import java.util.Arrays;

/**
 * The positions of a mask's active tokens, as numbers; {@link org.anira.api.tensor.ActiveRows}
 * explains each.
 *
 * @param mostRows Q, the most rows of any sequence, at least 1
 */
public record Rows(long[] token, long[] inverse, long[] query, long[] place, int mostRows) {

    /** Returns the rows of a mask. @param active [B, T], row-major */
    public static Rows of(boolean[] active, int sequences, int tokens) {
        long[] token = new long[active.length];
        long[] inverse = new long[active.length];
        int[] begin = new int[sequences + 1];
        int rows = 0;
        int most = 1;
        for (int b = 0; b < sequences; b++) {
            begin[b] = rows;
            for (int t = 0; t < tokens; t++) {
                int i = b * tokens + t;
                inverse[i] = active[i] ? active.length + rows : i;
                if (active[i]) {
                    token[rows++] = i;
                }
            }
            most = Math.max(most, rows - begin[b]);
        }
        begin[sequences] = rows;

        // Without an active token, row 0 is token 0, and no token refers to it.
        int listed = Math.max(rows, 1);
        long[] query = new long[sequences * most];
        long[] place = new long[listed];
        for (int b = 0; b < sequences; b++) {
            for (int r = begin[b]; r < begin[b + 1]; r++) {
                int q = b * most + r - begin[b];
                query[q] = r;
                place[r] = q;
            }
        }
        return new Rows(Arrays.copyOf(token, listed), inverse, query, place, most);
    }
}
