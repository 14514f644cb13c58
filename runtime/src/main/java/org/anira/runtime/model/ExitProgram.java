package org.anira.runtime.model;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The program for halting decisions alone: prelude and recurrence, no predictions. */
public final class ExitProgram extends NamedProgram<ExitProgram.Feed, ExitProgram.Result> {

    private final RecurrentTransformer model;
    private final String rule;
    private final boolean skipping;
    private final boolean forced;

    /**
     * The program's inputs.
     *
     * @param tokens whole samples
     * @param forced [B, T], INT64: depths, for a program with forced depths only
     */
    public record Feed(Tokens tokens, Optional<Tensor> forced) implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(tokens).add(forced).toList();
        }

        static List<Input> inputs(boolean forced) {
            List<Input> inputs = new ArrayList<>(Tokens.inputs());
            if (forced) {
                inputs.add(Input.of("forced", DType.INT64, -1, -1));
            }
            return inputs;
        }
    }

    /**
     * The program's results.
     *
     * @param depth [B, T], INT64: steps taken
     * @param expectedDepth [B, T], float32: E[d]
     * @param logExit [B, T, D], float32: ln q, q the distribution of exits
     */
    public record Result(Tensor depth, Tensor expectedDepth, Tensor logExit)
            implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            return List.of(depth, expectedDepth, logExit);
        }
    }

    /**
     * Describes the program.
     *
     * @param rule one of the mechanism's inference rules
     * @param skipping whether only active tokens are computed
     * @param forced whether depths are fed, in place of the rule
     */
    public ExitProgram(RecurrentTransformer model, String rule, boolean skipping, boolean forced) {
        this.model = model;
        this.rule = rule;
        this.skipping = skipping;
        this.forced = forced;
    }

    @Override
    public List<Input> inputs() {
        return Feed.inputs(forced);
    }

    @Override
    Feed feed(GroupReader in) {
        return new Feed(Tokens.read(in), in.nextIf(forced));
    }

    @Override
    Result result(GroupReader out) {
        return new Result(out.next(), out.next(), out.next());
    }

    @Override
    Result compute(Ops ops, Feed feed) {
        ForwardPass pass =
                new ForwardPass(
                        ops,
                        model,
                        model.mechanism().inference(rule),
                        skipping,
                        ForwardPass.Feed.inference(ops, feed.tokens(), feed.forced()));
        return new Result(pass.depth(), pass.expectedDepth(), pass.logExit());
    }
}
