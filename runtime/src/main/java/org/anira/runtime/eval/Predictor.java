package org.anira.runtime.eval;

import org.anira.api.tensor.Session;
import org.anira.runtime.model.DecodingProgram;
import org.anira.runtime.model.NamedProgram.Compiled;
import org.anira.runtime.model.RecurrentTransformer;

/** Predicts the next token of sequences, with or without a cache. */
public interface Predictor extends AutoCloseable {

    /** Reads tokens that follow those of the past, if there is one. */
    DecodingProgram.Result predict(DecodingProgram.Feed feed);

    @Override
    void close();

    /**
     * Compiles the two programs of a model: one reads prompts, the other continues from a cache.
     */
    static Predictor compile(
            Session session, RecurrentTransformer model, String rule, boolean skipping) {
        Compiled<DecodingProgram.Feed, DecodingProgram.Result> start =
                new DecodingProgram(model, rule, skipping, false).compile(session);
        Compiled<DecodingProgram.Feed, DecodingProgram.Result> extend =
                new DecodingProgram(model, rule, skipping, true).compile(session);
        return new Predictor() {
            @Override
            public DecodingProgram.Result predict(DecodingProgram.Feed feed) {
                return (feed.past().isPresent() ? extend : start).run(feed);
            }

            @Override
            public void close() {
                start.close();
                extend.close();
            }
        };
    }
}
