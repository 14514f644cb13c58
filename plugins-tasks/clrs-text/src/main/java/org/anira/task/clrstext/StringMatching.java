package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Strings;

/**
 * Finding a needle in a haystack. The result is where it first begins, or the haystack's length;
 * the state is the place that is tried.
 */
final class StringMatching {

    private StringMatching() {}

    static int[] naive(Strings strings, Trace trace) {
        int[] haystack = strings.first();
        int[] needle = strings.second();
        for (int start = 0; start <= haystack.length - needle.length; start++) {
            trace.push(start);
            int same = 0;
            while (haystack[start + same] == needle[same]) {
                same++;
                if (same == needle.length) {
                    return new int[] {start};
                }
                trace.push(start);
            }
        }
        return new int[] {haystack.length};
    }

    /** The way of Knuth, Morris and Pratt (1977). */
    static int[] knuthMorrisPratt(Strings strings, Trace trace) {
        int[] haystack = strings.first();
        int[] needle = strings.second();

        // border[q]: last index of the longest proper prefix of needle[0 … q] that ends it; -1 if
        // none does.
        int[] border = new int[needle.length];
        border[0] = -1;
        trace.push(0);
        int k = -1;
        for (int q = 1; q < needle.length; q++) {
            while (k >= 0 && needle[k + 1] != needle[q]) {
                k = border[k];
                trace.push(0);
            }
            if (needle[k + 1] == needle[q]) {
                k++;
            }
            border[q] = k;
            trace.push(0);
        }

        int q = -1;
        for (int i = 0; i < haystack.length; i++) {
            int start = Math.max(0, i - needle.length + 1);
            trace.push(start);
            while (q >= 0 && needle[q + 1] != haystack[i]) {
                q = border[q];
                trace.push(start);
            }
            if (needle[q + 1] == haystack[i]) {
                q++;
                if (q == needle.length - 1) {
                    return new int[] {start};
                }
            }
        }
        return new int[] {haystack.length};
    }
}
