package org.anira.runtime.model;

import org.anira.api.halting.HaltingPolicy;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One pass of a model over tokens, which all programs share. The constructor computes embedding,
 * prelude and recurrence; coda and head are computed when logits are asked for.
 */
final class ForwardPass {

    private final Ops ops;
    private final ModelSettings settings;
    private final Feed feed;
    private final Rotary rotation;
    private final Masks masks;
    private final Rows all;
    private final List<KeysValues> prelude = new ArrayList<>();
    private final Recurrence.Result middle;

    /**
     * The inputs of a pass.
     *
     * @param tokens the tokens fed
     * @param starts [B, T], INT64: the place in the row at which each token's sample begins; empty
     *     where every row is one sample
     * @param noise of the kind that the policy's {@link HaltingPolicy#noise} names
     * @param forced [B, T], INT64: depths in place of the policy's decisions
     * @param past earlier tokens; empty to begin
     * @param caching whether the pass returns a cache
     * @param surrogate whether gradients flow to the policy
     */
    record Feed(
            Tokens tokens,
            Optional<Tensor> starts,
            Tensor noise,
            Optional<Tensor> forced,
            Optional<Past> past,
            boolean caching,
            boolean surrogate) {

        /** Returns the inputs of inference: no noise, no gradients, whole samples. */
        static Feed inference(Ops ops, Tokens tokens, Optional<Tensor> forced) {
            Tensor noise = ops.zeros(tokens.fed(), DType.FLOAT32);
            return new Feed(
                    tokens, Optional.empty(), noise, forced, Optional.empty(), false, false);
        }

        /**
         * Returns the inputs of decoding: inference on tokens that follow the past, with a cache.
         */
        static Feed decoding(Ops ops, Tokens tokens, Optional<Past> past) {
            Tensor noise = ops.zeros(tokens.fed(), DType.FLOAT32);
            return new Feed(tokens, Optional.empty(), noise, Optional.empty(), past, true, false);
        }
    }

    /**
     * The results of coda and head.
     *
     * @param rows the tokens whose logits were asked for
     * @param logits […, V], float32: of those rows
     * @param cache keys and values of the past and of these tokens; empty if not asked for
     */
    record Output(Rows rows, Tensor logits, Optional<Cache> cache) {}

    /** Computes a pass. @param skipping whether only active tokens are computed */
    ForwardPass(
            Ops ops,
            RecurrentTransformer model,
            HaltingPolicy policy,
            boolean skipping,
            Feed feed) {
        this.ops = ops;
        this.feed = feed;
        settings = model.settings();
        rotation = model.rotary().at(ops, feed.tokens().positions());
        masks = new Masks(ops, feed.tokens().fed(), feed.starts(), feed.past().map(Past::valid));
        all = Rows.all(masks);
        Tensor embedded = ops.parameter("embedding").lookup(feed.tokens().ids());
        Tensor h0 = layers("prelude", settings.prelude(), embedded, all, past().prelude(), prelude);
        middle =
                new Recurrence(
                                ops,
                                new Recurrence.Pass(
                                        feed.tokens().fed(),
                                        feed.noise(),
                                        feed.forced(),
                                        past().recurrent(),
                                        skipping,
                                        feed.surrogate() && model.learned(),
                                        feed.caching()),
                                new RecurrentWeights(ops, settings),
                                policy,
                                h0,
                                rotation,
                                masks)
                        .run();
    }

    private Cache past() {
        return feed.past().map(Past::cache).orElse(new Cache(List.of(), List.of(), List.of()));
    }

    /** Returns the steps taken, [B, T], INT64. */
    Tensor depth() {
        return middle.depth();
    }

    /** Returns ln q, [B, T, D], float32. */
    Tensor logExit() {
        return middle.logExit();
    }

    /** Returns Σ_d d · q_d, [B, T], float32. */
    Tensor expectedDepth() {
        return expectedDepth(ops, logExit());
    }

    /** Returns Σ_d d · q_d, […], float32. @param logExit […, D], ln q */
    static Tensor expectedDepth(Ops ops, Tensor logExit) {
        int maxDepth = (int) logExit.size(-1);
        float[] depths = new float[maxDepth];
        for (int i = 0; i < maxDepth; i++) {
            depths[i] = i + 1;
        }
        return logExit.exp().multiply(ops.constant(depths, maxDepth)).sum(-1);
    }

    /**
     * Applies coda and head.
     *
     * @param wanted [B, T], BOOL: the tokens whose logits are computed; empty for all
     */
    Output output(Optional<Tensor> wanted) {
        Rows rows = wanted.map(on -> Rows.skipping(ops, on, masks)).orElse(all);
        List<KeysValues> recurrent = new ArrayList<>();
        for (KeysValues now : middle.cache()) {
            int i = recurrent.size();
            recurrent.add(
                    feed.past().isEmpty() ? now : now.behind(ops, 2, past().recurrent().get(i)));
        }
        List<KeysValues> coda = new ArrayList<>();
        Tensor last = layers("coda", settings.coda(), middle.h(), rows, past().coda(), coda);
        return new Output(
                rows,
                logits(ops, settings, last),
                feed.caching()
                        ? Optional.of(new Cache(prelude, recurrent, coda))
                        : Optional.empty());
    }

    /** Returns the logits of rows. @param x […, W], the coda's output */
    static Tensor logits(Ops ops, ModelSettings settings, Tensor x) {
        return x.rmsNorm(ops.parameter("norm"), settings.normEpsilon())
                .linear(ops.parameter("head"));
    }

    /**
     * Applies layers once each. Appends their keys and values to those of the past, and adds both
     * to {@code cache}. The last layer computes keys and values of all tokens, everything else of
     * the wanted rows only.
     *
     * @return the wanted rows
     */
    private Tensor layers(
            String stage,
            int count,
            Tensor input,
            Rows wanted,
            List<KeysValues> past,
            List<KeysValues> cache) {
        return Layers.of(ops, RecurrentTransformer.layers(stage, count), settings)
                .apply(
                        input,
                        rotation,
                        all,
                        wanted::gather,
                        wanted,
                        (i, now) -> {
                            KeysValues pairs =
                                    past.isEmpty() ? now : now.behind(ops, 1, past.get(i));
                            cache.add(pairs);
                            return pairs;
                        });
    }
}
