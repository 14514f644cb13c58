package org.anira.runtime.model;

import org.anira.api.halting.HaltingPolicy;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;

import java.util.ArrayList;
import java.util.List;

/** The program of tokens that enter: embedding and prelude. */
public final class EntryProgram extends NamedProgram<EntryProgram.Feed, EntryProgram.Result> {

    private final RecurrentTransformer model;
    private final String rule;
    private final List<Input> pages;

    /**
     * The program's inputs.
     *
     * @param ids [R], INT64: the tokens
     * @param listing of all of them, with places in {@link Pages#layers}
     */
    public record Feed(Tensor ids, Listing listing, Pages pages) implements TensorGroup {
        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(ids).add(listing).add(pages).toList();
        }
    }

    /**
     * The program's results.
     *
     * @param layers this part of the pages to go on with
     * @param states likewise
     */
    public record Result(List<KeysValues> layers, Pages.States states) implements TensorGroup {
        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().addPairs(layers).add(states).toList();
        }
    }

    /**
     * Describes the program.
     *
     * @param rule one of the mechanism's inference rules
     * @param pages the declarations of {@link Pages#inputs}
     */
    public EntryProgram(RecurrentTransformer model, String rule, List<Input> pages) {
        this.model = model;
        this.rule = rule;
        this.pages = pages;
    }

    @Override
    public List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        inputs.add(Input.of("tokens", DType.INT64, -1));
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
                out.pairs(model.settings().prelude() + model.settings().coda()),
                Pages.States.read(out));
    }

    @Override
    Result compute(Ops ops, Feed feed) {
        ModelSettings settings = model.settings();
        Listing listing = feed.listing();
        Pages pages = feed.pages();
        Pages.Writer writer = new Pages.Writer(ops, listing, pages.layers(), 0);
        Tensor h0 =
                Layers.of(ops, RecurrentTransformer.layers("prelude", settings.prelude()), settings)
                        .apply(
                                ops.parameter("embedding").lookup(feed.ids()),
                                model.rotary().at(ops, listing.positions()),
                                listing.queries(ops),
                                writer);
        HaltingPolicy policy = model.mechanism().inference(rule);
        List<Tensor> begun = policy.begin(ops, h0);
        Pages.States old = pages.states();
        Tensor at = listing.states();
        Tensor scores = ops.zeros(feed.ids(), DType.FLOAT32, Math.max(1, settings.maxDepth() - 1));
        return new Result(
                writer.pages(),
                new Pages.States(
                        ops.overwrite(old.h0(), at, h0),
                        ops.overwrite(old.h(), at, h0),
                        ops.overwrite(old.scores(), at, scores),
                        Pages.overwrite(ops, old.begun(), at, begun),
                        Pages.overwrite(ops, old.carry(), at, begun)));
    }
}
