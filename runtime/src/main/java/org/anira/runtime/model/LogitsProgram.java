package org.anira.runtime.model;

import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.List;
import java.util.Optional;

/** The program that gives the logits of whole samples, for comparing numbers and for export. */
public final class LogitsProgram extends ExportProgram<ExitProgram.Feed, LogitsProgram.Result> {

    private final RecurrentTransformer model;
    private final String rule;
    private final boolean skipping;
    private final boolean forced;

    /**
     * The program's results.
     *
     * @param logits [B, T, V], float32
     * @param depth [B, T], INT64: steps taken
     * @param expectedDepth [B, T], float32: E[d]
     */
    public record Result(Tensor logits, Tensor depth, Tensor expectedDepth) implements TensorGroup {

        static final List<String> NAMES = List.of("logits", "depth", "expected_depth");

        @Override
        public List<Tensor> tensors() {
            return List.of(logits, depth, expectedDepth);
        }

        static Result read(GroupReader out) {
            return new Result(out.next(), out.next(), out.next());
        }
    }

    /**
     * Describes the program.
     *
     * @param rule one of the mechanism's inference rules
     * @param skipping whether only active tokens are computed
     * @param forced whether depths are fed, in place of the rule
     */
    public LogitsProgram(
            RecurrentTransformer model, String rule, boolean skipping, boolean forced) {
        this.model = model;
        this.rule = rule;
        this.skipping = skipping;
        this.forced = forced;
    }

    @Override
    public List<Input> inputs() {
        return ExitProgram.Feed.inputs(forced);
    }

    @Override
    ExitProgram.Feed feed(GroupReader in) {
        return new ExitProgram.Feed(Tokens.read(in), in.nextIf(forced));
    }

    @Override
    Result result(GroupReader out) {
        return Result.read(out);
    }

    @Override
    Result compute(Ops ops, ExitProgram.Feed feed) {
        ForwardPass pass =
                new ForwardPass(
                        ops,
                        model,
                        model.mechanism().inference(rule),
                        skipping,
                        ForwardPass.Feed.inference(ops, feed.tokens(), feed.forced()));
        return new Result(
                pass.output(Optional.empty()).logits(), pass.depth(), pass.expectedDepth());
    }
}
