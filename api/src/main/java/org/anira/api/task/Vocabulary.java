package org.anira.api.task;

import org.anira.api.PublicApi;

/** The tokens of a task. */
@PublicApi(since = "0.1")
public interface Vocabulary {

    /**
     * The padding token. It fills a row at the right, no other token attends to it, and it is never
     * a target.
     */
    int PAD = 0;

    /** The token every sequence begins with. */
    int BOS = 1;

    /** The token that ends a sequence, in tasks that have one. */
    int EOS = 2;

    /** Returns the number of tokens. */
    int size();

    /**
     * Returns a token as people read it, without spaces, such as {@code BOS} or {@code +}.
     *
     * @param token 0 … size − 1
     */
    String text(int token);
}
