package org.anira.runtime.model;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ModelSettings.Precision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A recurrent Transformer (Moosa et al., ICML 2026): embedding, prelude, a recurrent block applied
 * up to D times, coda, final norm, language-model head. A description without state: its programs
 * run on any session that has its parameters.
 */
public final class RecurrentTransformer {

    private final ModelSettings settings;
    private final int vocabulary;
    private final int length;
    private final HaltingMechanism mechanism;
    private final Rotary.Table rotary;

    /**
     * Describes a model.
     *
     * @param settings the shape
     * @param vocabulary V
     * @param length number of positions, the longest sequence that may be fed
     * @param mechanism who decides how often the block is applied
     */
    public RecurrentTransformer(
            ModelSettings settings, int vocabulary, int length, HaltingMechanism mechanism) {
        this.settings = settings;
        this.vocabulary = vocabulary;
        this.length = length;
        this.mechanism = mechanism;
        rotary = Rotary.Table.of(length, settings.width() / settings.heads(), settings.ropeBase());
    }

    /** Returns the shape. */
    public ModelSettings settings() {
        return settings;
    }

    /** Returns the longest sequence that may be fed. */
    public int length() {
        return length;
    }

    /** Returns who decides how often the block is applied. */
    public HaltingMechanism mechanism() {
        return mechanism;
    }

    /** Returns the parameters, in the order of the computation. */
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(Parameter.normal("embedding", 1, vocabulary, settings.width()));
        stage("prelude", settings.prelude())
                .forEach(name -> all.addAll(Layer.parameters(name, settings)));
        all.addAll(Weights.parameters(settings));
        all.addAll(mechanism.parameters());
        stage("coda", settings.coda())
                .forEach(name -> all.addAll(Layer.parameters(name, settings)));
        all.add(Parameter.constant("norm", 1, settings.width()));
        all.add(Parameter.linear("head", vocabulary, settings.width(), 1));
        return all;
    }

    /** Returns whether the mechanism has a distribution that training shapes. */
    public boolean learned() {
        return mechanism.behaviours().contains(HaltingBehaviour.LEARNED);
    }

    /** Returns the layers' names of a stage without recurrence. */
    private static List<String> stage(String name, int layers) {
        return IntStream.range(0, layers).mapToObj(i -> name + "." + i).toList();
    }

    /**
     * What a pass is given.
     *
     * @param tokens [B, T], INT64
     * @param positions [B, T], INT64
     * @param fed [B, T], BOOL: false for padding
     * @param starts [B, T], INT64: the place in the row at which each token's sample begins; empty
     *     where every row is one sample
     * @param noise as the policy's {@link HaltingPolicy#noise} says
     * @param forced [B, T], INT64: depths in place of the policy's decisions
     * @param cache an earlier pass' cache and which of its tokens are valid; empty to start anew
     * @param caching whether this pass returns a cache
     * @param surrogate whether gradients flow to the policy
     * @param wanted [B, T], BOOL: the tokens whose logits are computed; empty for all
     */
    record Feed(
            Tensor tokens,
            Tensor positions,
            Tensor fed,
            Optional<Tensor> starts,
            Tensor noise,
            Optional<Tensor> forced,
            Optional<Cached> cache,
            boolean caching,
            boolean surrogate,
            Optional<Tensor> wanted) {}

    /**
     * Keys and values of earlier tokens.
     *
     * @param valid [B, C], BOOL
     * @param tensors as {@link #cacheInputs} orders them
     */
    record Cached(Tensor valid, List<Tensor> tensors) {}

    /**
     * What a pass gives.
     *
     * @param rows the tokens whose logits were wanted
     * @param logits […, V], float32: of those rows
     * @param depth [B, T], INT64: steps taken
     * @param logExit [B, T, D], float32
     * @param cache keys and values of earlier and these tokens; empty if not asked for
     */
    record Outcome(Rows rows, Tensor logits, Tensor depth, Tensor logExit, List<Tensor> cache) {

        /** Returns Σ_d d · q_d, [B, T], float32. */
        Tensor expectedDepth(Ops ops) {
            int maxDepth = (int) logExit.size(-1);
            float[] depths = new float[maxDepth];
            for (int i = 0; i < maxDepth; i++) {
                depths[i] = i + 1;
            }
            return logExit.exp().multiply(ops.constant(depths, maxDepth)).sum(-1);
        }
    }

    /** Computes a pass. */
    Outcome run(Ops ops, HaltingPolicy policy, boolean skipping, Feed feed) {
        Rotary rotation = rotary.at(ops, feed.positions());
        Masks masks = new Masks(ops, feed.fed(), feed.starts(), feed.cache().map(Cached::valid));
        List<Tensor> past = feed.cache().map(Cached::tensors).orElse(List.of());
        int preludeEnd = 2 * settings.prelude();
        int recurrentEnd = preludeEnd + 2 * settings.recurrent();

        Rows all = Rows.all(masks);
        Rows wanted = feed.wanted().map(on -> Rows.skipping(ops, on, masks)).orElse(all);
        List<Tensor> cache = new ArrayList<>();
        Tensor embedded = ops.parameter("embedding").lookup(feed.tokens());
        Tensor h0 =
                plain(
                        ops,
                        "prelude",
                        settings.prelude(),
                        embedded,
                        rotation,
                        all,
                        all,
                        cut(past, 0, preludeEnd),
                        cache);
        Recurrence.Result middle =
                new Recurrence(
                                ops,
                                new Recurrence.Pass(
                                        feed.fed(),
                                        feed.noise(),
                                        feed.forced(),
                                        cut(past, preludeEnd, recurrentEnd),
                                        skipping,
                                        feed.surrogate() && learned(),
                                        feed.caching()),
                                new Weights(ops, settings),
                                policy,
                                h0,
                                rotation,
                                masks)
                        .run();
        for (int i = 0; i < middle.cache().size(); i++) {
            Tensor now = middle.cache().get(i);
            cache.add(past.isEmpty() ? now : ops.concat(2, List.of(past.get(preludeEnd + i), now)));
        }
        Tensor last =
                plain(
                        ops,
                        "coda",
                        settings.coda(),
                        middle.h(),
                        rotation,
                        all,
                        wanted,
                        past.isEmpty() ? List.of() : past.subList(recurrentEnd, past.size()),
                        cache);
        Tensor logits =
                last.rmsNorm(ops.parameter("norm"), settings.normEpsilon())
                        .linear(ops.parameter("head"));
        return new Outcome(
                wanted,
                logits,
                middle.depth(),
                middle.logExit(),
                feed.caching() ? cache : List.of());
    }

    private static List<Tensor> cut(List<Tensor> past, int from, int to) {
        return past.isEmpty() ? past : past.subList(from, to);
    }

    /**
     * Applies layers once each. Adds their keys and values, behind those of the past, to {@code
     * cache}. The last layer computes the keys and values of all, but nothing else except for the
     * rows that are wanted.
     *
     * @return the rows wanted
     */
    private Tensor plain(
            Ops ops,
            String stage,
            int layers,
            Tensor input,
            Rotary rotation,
            Rows all,
            Rows wanted,
            List<Tensor> past,
            List<Tensor> cache) {
        Tensor x = layers == 0 ? wanted.gather(input) : input;
        int i = 0;
        for (String name : stage(stage, layers)) {
            Layer layer = new Layer(ops, name, settings);
            Layer.Heads heads = layer.heads(x, rotation);
            Tensor keys =
                    past.isEmpty()
                            ? heads.keys()
                            : ops.concat(1, List.of(past.get(2 * i), heads.keys()));
            Tensor values =
                    past.isEmpty()
                            ? heads.values()
                            : ops.concat(1, List.of(past.get(2 * i + 1), heads.values()));
            cache.add(keys);
            cache.add(values);
            i++;
            Rows rows = i == layers ? wanted : all;
            x = layer.finish(rows.gather(x), rows.gather(heads.queries()), keys, values, rows);
        }
        return x;
    }

    /** The inputs of {@link #training}, in order. */
    public List<Input> trainingInputs(boolean packed, boolean forced) {
        List<Input> inputs = new ArrayList<>(feedInputs());
        inputs.add(noise(mechanism.training().noise()));
        inputs.add(Input.of("targets", DType.INT64, -1, -1));
        inputs.add(Input.of("targetMask", DType.FLOAT32, -1, -1));
        inputs.add(Input.of("logPrior", DType.FLOAT32, settings.maxDepth()));
        inputs.add(Input.of("scales", DType.FLOAT32, 2));
        if (packed) {
            inputs.add(Input.of("starts", DType.INT64, -1, -1));
        }
        if (forced) {
            inputs.add(Input.of("forced", DType.INT64, -1, -1));
        }
        return inputs;
    }

    /**
     * Returns the program of a training step: its loss is {@code scales[0] · Σ CE + scales[1] · Σ
     * KL(q ‖ p)}, the first sum over targets, the second over all tokens fed.
     *
     * <p>Its inputs are {@link #trainingInputs}: tokens, positions and fed as in an evaluation, the
     * policy's noise, targets [B, T] (INT64) with their mask (1 where the loss is taken), ln p [D],
     * the scales [2]; if packed where each token's sample begins in its row [B, T] (INT64), if
     * forced the depths [B, T] (INT64). Its outputs are the loss, Σ CE (nats), the number of right
     * targets, Σ KL (nats), Σ E[d] over tokens fed, and the depths [B, T] (INT64).
     *
     * @param skipping whether only active tokens are computed, and in the end targets only
     * @param packed whether a row may hold several samples, which do not see each other
     * @param forced whether depths are an input, which sets the policy's decisions aside
     */
    public Program training(boolean skipping, boolean packed, boolean forced) {
        return (ops, in) -> {
            Tensor fed = in.get(2);
            Tensor isTarget = in.get(5).greaterOrEqual(ops.constant(0.5));
            Outcome out =
                    run(
                            ops,
                            mechanism.training(),
                            skipping,
                            new Feed(
                                    in.get(0),
                                    in.get(1),
                                    fed,
                                    packed ? Optional.of(in.get(8)) : Optional.empty(),
                                    in.get(3),
                                    forced ? Optional.of(in.getLast()) : Optional.empty(),
                                    Optional.empty(),
                                    false,
                                    true,
                                    skipping ? Optional.of(isTarget) : Optional.empty()));
            Tensor targets = out.rows().gather(in.get(4));
            Tensor mask = out.rows().gather(in.get(5));
            Tensor crossEntropy =
                    out.logits().logSoftmax(-1).pick(targets).multiply(mask).sum().negate();
            Tensor right =
                    out.logits()
                            .detach()
                            .argmax(-1)
                            .equalTo(targets)
                            .cast(DType.FLOAT32)
                            .multiply(mask)
                            .sum();
            Tensor here = fed.cast(DType.FLOAT32);
            Tensor loss = crossEntropy.multiply(in.get(7).pick(ops.integer(0)));
            Tensor divergence = ops.constant(0);
            Tensor expected;
            if (learned()) {
                Tensor logExit = out.logExit();
                divergence =
                        logExit.exp()
                                .multiply(logExit.subtract(in.get(6)))
                                .sum(-1)
                                .multiply(here)
                                .sum();
                loss = loss.add(divergence.multiply(in.get(7).pick(ops.integer(1))));
                expected = out.expectedDepth(ops).multiply(here).sum();
            } else {
                expected = out.depth().cast(DType.FLOAT32).multiply(here).sum();
            }
            return List.of(loss, crossEntropy, right, divergence, expected.detach(), out.depth());
        };
    }

    /** The inputs of {@link #evaluation}, in order, with forced depths last if wanted. */
    public List<Input> evaluationInputs(boolean forced) {
        List<Input> inputs = new ArrayList<>(feedInputs());
        if (forced) {
            inputs.add(Input.of("forced", DType.INT64, -1, -1));
        }
        return inputs;
    }

    /**
     * Returns the program of an evaluation. Its inputs are {@link #evaluationInputs}: tokens and
     * positions [B, T] (INT64), fed [B, T] (BOOL, false for padding). Its outputs are ln p of every
     * next token [B, T, V], the depths [B, T] (INT64), the expected depths [B, T] (float32) and the
     * logits [B, T, V].
     *
     * @param rule one of the mechanism's rules
     * @param skipping whether only active tokens are computed
     * @param forced whether depths are an input, which sets the rule aside
     */
    public Program evaluation(String rule, boolean skipping, boolean forced) {
        return (ops, in) -> {
            Outcome out = infer(ops, in, rule, skipping, forced);
            return List.of(
                    out.logits().logSoftmax(-1), out.depth(), out.expectedDepth(ops), out.logits());
        };
    }

    /**
     * Returns the program that tells what halting was decided from. Its inputs are {@link
     * #evaluationInputs} without forced depths; its outputs are the depths [B, T] (INT64) and ln q
     * [B, T, D], q the distribution of exits.
     *
     * @param rule one of the mechanism's rules
     * @param skipping whether only active tokens are computed
     */
    public Program exits(String rule, boolean skipping) {
        return (ops, in) -> {
            Outcome out = infer(ops, in, rule, skipping, false);
            return List.of(out.depth(), out.logExit());
        };
    }

    private Outcome infer(Ops ops, List<Tensor> in, String rule, boolean skipping, boolean forced) {
        return run(
                ops,
                mechanism.inference(rule),
                skipping,
                new Feed(
                        in.get(0),
                        in.get(1),
                        in.get(2),
                        Optional.empty(),
                        noNoise(ops, in.get(2)),
                        forced ? Optional.of(in.get(3)) : Optional.empty(),
                        Optional.empty(),
                        false,
                        false,
                        Optional.empty()));
    }

    /** The inputs of {@link #extension}, in order. */
    public List<Input> extensionInputs(boolean cached) {
        List<Input> inputs = new ArrayList<>(feedInputs());
        if (cached) {
            inputs.add(Input.of("valid", DType.BOOL, -1, -1));
            inputs.addAll(cacheInputs());
        }
        return inputs;
    }

    /**
     * Returns the program of decoding: tokens are fed behind those of a cache. Its inputs are
     * {@link #extensionInputs}: those of an evaluation, and with a cache which of its C tokens are
     * valid [B, C] (BOOL) and its tensors. Its outputs are the logits [B, T, V], the depths [B, T],
     * the expected depths [B, T], and the tensors of the cache with the new tokens at its end.
     *
     * <p>A query at depth d reads the keys and values of an earlier token at depth min(d, d*), d*
     * the earlier token's exit; as halting is causal, the result is that of one pass over all
     * tokens.
     *
     * @param rule one of the mechanism's rules
     * @param skipping whether only active tokens are computed
     * @param cached whether there is a cache
     */
    public Program extension(String rule, boolean skipping, boolean cached) {
        return (ops, in) -> {
            Optional<Cached> cache =
                    cached
                            ? Optional.of(new Cached(in.get(3), in.subList(4, in.size())))
                            : Optional.empty();
            Outcome out =
                    run(
                            ops,
                            mechanism.inference(rule),
                            skipping,
                            new Feed(
                                    in.get(0),
                                    in.get(1),
                                    in.get(2),
                                    Optional.empty(),
                                    noNoise(ops, in.get(2)),
                                    Optional.empty(),
                                    cache,
                                    true,
                                    false,
                                    Optional.empty()));
            List<Tensor> outputs =
                    new ArrayList<>(List.of(out.logits(), out.depth(), out.expectedDepth(ops)));
            outputs.addAll(out.cache());
            return outputs;
        };
    }

    private static Tensor noNoise(Ops ops, Tensor fed) {
        return ops.zeros(fed, DType.FLOAT32);
    }

    private static List<Input> feedInputs() {
        return List.of(
                Input.of("tokens", DType.INT64, -1, -1),
                Input.of("positions", DType.INT64, -1, -1),
                Input.of("fed", DType.BOOL, -1, -1));
    }

    private Input noise(Noise noise) {
        return switch (noise) {
            case NONE, UNIFORM -> Input.of("noise", DType.FLOAT32, -1, -1);
            case GUMBEL -> Input.of("noise", DType.FLOAT32, -1, -1, settings.maxDepth());
        };
    }

    /**
     * Keys and values, layer by layer: prelude and coda [B, C, H, W/H], recurrent layers [D, B, C,
     * H, W/H].
     */
    private List<Input> cacheInputs() {
        List<Input> inputs = new ArrayList<>();
        stage("prelude", settings.prelude())
                .forEach(name -> inputs.addAll(keysValues(name, -1, -1)));
        stage("recurrent", settings.recurrent())
                .forEach(name -> inputs.addAll(keysValues(name, settings.maxDepth(), -1, -1)));
        stage("coda", settings.coda()).forEach(name -> inputs.addAll(keysValues(name, -1, -1)));
        return inputs;
    }

    private List<Input> keysValues(String name, long... leading) {
        long[] axes = Arrays.copyOf(leading, leading.length + 2);
        axes[leading.length] = settings.heads();
        axes[leading.length + 1] = settings.width() / settings.heads();
        DType type = settings.precision() == Precision.BFLOAT16 ? DType.BFLOAT16 : DType.FLOAT32;
        return List.of(
                Input.of(name + ".keys", type, axes), Input.of(name + ".values", type, axes));
    }
}
