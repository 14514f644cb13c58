package org.anira.runtime.model;

import org.anira.api.tensor.DType;
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
     * @param next what is said after the tokens fed
     * @param cache keys and values of the past and of these tokens
     */
    public record Result(Next next, Cache cache) implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(next).add(cache).toList();
        }
    }

    /**
     * What is said after B · T tokens.
     *
     * @param logits [B, V], float32: of the token after the last one fed of each sequence;
     *     undefined for a sequence that was fed nothing
     * @param answer one float32 vector, so that it is read back at once: the likeliest next token
     *     of the B sequences, the lowest of equal ones; the steps that the B · T tokens took; their
     *     E[d]. Whole numbers are exact below 2²⁴
     */
    public record Next(Tensor logits, Tensor answer) implements TensorGroup {

        /**
         * Packs an answer.
         *
         * @param depth [B, T], INT64
         * @param expectedDepth [B, T], float32
         */
        static Next of(Ops ops, Tensor logits, Tensor depth, Tensor expectedDepth) {
            return new Next(
                    logits,
                    ops.concat(
                            0,
                            List.of(
                                    logits.argmax(-1).cast(DType.FLOAT32),
                                    depth.cast(DType.FLOAT32).reshape(-1),
                                    expectedDepth.reshape(-1))));
        }

        @Override
        public List<Tensor> tensors() {
            return List.of(logits, answer);
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
        return new Result(Next.read(out), Cache.read(out, model.settings()));
    }

    @Override
    Result compute(Ops ops, Feed feed) {
        ForwardPass pass = pass(ops, model, rule, skipping, feed);
        // One row per sequence, in their order.
        ForwardPass.Output out = pass.output(Optional.of(feed.tokens().last(ops)));
        return new Result(
                Next.of(ops, out.logits(), pass.depth(), pass.expectedDepth()),
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
