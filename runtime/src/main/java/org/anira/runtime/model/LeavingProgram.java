package org.anira.runtime.model;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;

import java.util.ArrayList;
import java.util.List;

/** The program of tokens that leave the recurrence: coda and head. */
public final class LeavingProgram extends NamedProgram<LeavingProgram.Feed, LeavingProgram.Result> {

    private final RecurrentTransformer model;
    private final String rule;
    private final List<Input> pages;
    private final boolean distributions;

    /**
     * The program's inputs.
     *
     * @param last [S], INT64: the row of each sequence whose next token is predicted
     * @param listing of all tokens of these sequences that leave, with places in {@link
     *     Pages#layers}
     */
    public record Feed(Tensor last, Listing listing, Pages pages) implements TensorGroup {
        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(last).add(listing).add(pages).toList();
        }
    }

    /**
     * The program's results.
     *
     * @param answer one float32 vector, so that it is read back at once: E[d] of the R rows, the
     *     likeliest next token of the S sequences (exact below 2²⁴), and, with distributions, their
     *     S · V logits
     * @param layers this part of the pages to go on with
     */
    public record Result(Tensor answer, List<KeysValues> layers) implements TensorGroup {
        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(answer).addPairs(layers).toList();
        }
    }

    /**
     * Describes the program.
     *
     * @param rule one of the mechanism's inference rules
     * @param pages the declarations of {@link Pages#inputs}
     * @param distributions whether its answer has logits
     */
    public LeavingProgram(
            RecurrentTransformer model, String rule, List<Input> pages, boolean distributions) {
        this.model = model;
        this.rule = rule;
        this.pages = pages;
        this.distributions = distributions;
    }

    @Override
    public List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        inputs.add(Input.of("last", DType.INT64, -1));
        inputs.addAll(Listing.inputs());
        inputs.addAll(pages);
        return inputs;
    }

    @Override
    Feed feed(GroupReader in) {
        return new Feed(in.next(), Listing.read(in), Pages.read(in, model.settings()));
    }

    @Override
    Result result(GroupReader out) {
        return new Result(
                out.next(), out.pairs(model.settings().prelude() + model.settings().coda()));
    }

    @Override
    Result compute(Ops ops, Feed feed) {
        ModelSettings settings = model.settings();
        Listing listing = feed.listing();
        Pages.States rows = feed.pages().states().lookup(listing.states());
        Pages.Writer writer =
                new Pages.Writer(ops, listing, feed.pages().layers(), settings.prelude());
        Tensor x =
                Layers.of(ops, RecurrentTransformer.layers("coda", settings.coda()), settings)
                        .apply(
                                rows.h(),
                                model.rotary().at(ops, listing.positions()),
                                listing.queries(ops),
                                all -> all.lookup(feed.last()),
                                listing.queries(ops, feed.last()),
                                writer);
        Tensor logits = ForwardPass.logits(ops, settings, x);
        Tensor logExit =
                model.mechanism().inference(rule).logExit(ops, rows.begun(), rows.scores());
        List<Tensor> answer = new ArrayList<>();
        answer.add(ForwardPass.expectedDepth(ops, logExit));
        answer.add(logits.argmax(-1).cast(DType.FLOAT32));
        if (distributions) {
            answer.add(logits.reshape(-1));
        }
        return new Result(ops.concat(0, answer), writer.pages());
    }
}
