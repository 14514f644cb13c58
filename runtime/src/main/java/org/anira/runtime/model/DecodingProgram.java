package org.anira.runtime.model;

import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The program for decoding. It is fed tokens that follow those of a cache, and predicts the token
 * after the last one of each sequence.
 *
 * <p>A query at depth d reads the keys and values of an earlier token at depth min(d, d*), d* the
 * earlier token's exit; as halting is causal, the result is that of one pass over all tokens.
 */
public final class DecodingProgram
        extends NamedProgram<DecodingProgram.Feed, DecodingProgram.Result> {

    private final RecurrentTransformer model;
    private final String rule;
    private final boolean skipping;
    private final boolean cached;

    /**
     * The program's inputs.
     *
     * @param tokens the tokens that follow the past; none of a sequence that has ended
     * @param past the tokens before, for a cached program only
     */
    public record Feed(Tokens tokens, Optional<Past> past) implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            GroupWriter all = new GroupWriter().add(tokens);
            past.ifPresent(all::add);
            return all.toList();
        }

        static List<Input> inputs(RecurrentTransformer model, boolean cached) {
            List<Input> inputs = new ArrayList<>(Tokens.inputs());
            if (cached) {
                inputs.addAll(Past.inputs(model.settings()));
            }
            return inputs;
        }

        static Feed read(GroupReader in, RecurrentTransformer model, boolean cached) {
            return new Feed(
                    Tokens.read(in), in.nextIf(cached, all -> Past.read(all, model.settings())));
        }
    }

    /**
     * The program's results.
     *
     * @param next the prediction for the token after the last one fed of each sequence; undefined
     *     for a sequence that was fed nothing
     * @param depth [B, T], INT64: steps taken
     * @param expectedDepth [B, T], float32: E[d]
     * @param cache keys and values of the past and of these tokens
     */
    public record Result(Next next, Tensor depth, Tensor expectedDepth, Cache cache)
            implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(next).add(depth, expectedDepth).add(cache).toList();
        }
    }

    /**
     * The prediction of the next token.
     *
     * @param logits [B, V], float32
     * @param likeliest [B], INT64: the likeliest token, the lowest of equal ones
     */
    public record Next(Tensor logits, Tensor likeliest) implements TensorGroup {

        static Next of(Tensor logits) {
            return new Next(logits, logits.argmax(-1));
        }

        @Override
        public List<Tensor> tensors() {
            return List.of(logits, likeliest);
        }

        static Next read(GroupReader out) {
            return new Next(out.next(), out.next());
        }
    }

    /**
     * Describes the program.
     *
     * @param rule one of the mechanism's inference rules
     * @param skipping whether only active tokens are computed
     * @param cached whether it is fed a past
     */
    public DecodingProgram(
            RecurrentTransformer model, String rule, boolean skipping, boolean cached) {
        this.model = model;
        this.rule = rule;
        this.skipping = skipping;
        this.cached = cached;
    }

    @Override
    public List<Input> inputs() {
        return Feed.inputs(model, cached);
    }

    @Override
    Feed feed(GroupReader in) {
        return Feed.read(in, model, cached);
    }

    @Override
    Result result(GroupReader out) {
        return new Result(
                Next.read(out), out.next(), out.next(), Cache.read(out, model.settings()));
    }

    @Override
    Result compute(Ops ops, Feed feed) {
        ForwardPass pass = pass(ops, model, rule, skipping, feed);
        // One row per sequence, in their order.
        ForwardPass.Output out = pass.output(Optional.of(feed.tokens().last(ops)));
        return new Result(
                Next.of(out.logits()),
                pass.depth(),
                pass.expectedDepth(),
                out.cache().orElseThrow());
    }

    static ForwardPass pass(
            Ops ops, RecurrentTransformer model, String rule, boolean skipping, Feed feed) {
        return new ForwardPass(
                ops,
                model,
                model.mechanism().inference(rule),
                skipping,
                ForwardPass.Feed.decoding(ops, feed.tokens(), feed.past()));
    }
}
