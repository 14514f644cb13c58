package org.anira.runtime.model;

import org.anira.api.halting.HaltingPolicy;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The program of one step of the recurrence, for tokens that may be at different depths. It is the
 * step of {@link Recurrence} with keys and values in {@link Pages}.
 */
public final class StepProgram extends NamedProgram<StepProgram.Feed, StepProgram.Result> {

    private final RecurrentTransformer model;
    private final String rule;
    private final List<Input> pages;
    private final OptionalInt step;

    /**
     * The program's inputs.
     *
     * @param depth [R], INT64: the step d that each token takes; for a program of all steps only
     * @param listing of tokens, with places in {@link Pages#steps}; those read are an earlier
     *     token's at step min(d, d*)
     */
    public record Feed(Optional<Tensor> depth, Listing listing, Pages pages)
            implements TensorGroup {
        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(depth).add(listing).add(pages).toList();
        }
    }

    /**
     * The program's results.
     *
     * @param halt [R], BOOL: who has taken its last step
     * @param steps this part of the pages to go on with
     * @param states likewise
     */
    public record Result(Tensor halt, List<KeysValues> steps, Pages.States states)
            implements TensorGroup {
        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(halt).addPairs(steps).add(states).toList();
        }
    }

    /**
     * Describes the program.
     *
     * @param rule one of the mechanism's inference rules
     * @param pages the declarations of {@link Pages#inputs}
     * @param step the step of all tokens; empty for tokens at different depths, which takes tied
     *     weights and a policy that {@link HaltingPolicy#mixesDepths}
     */
    public StepProgram(
            RecurrentTransformer model, String rule, List<Input> pages, OptionalInt step) {
        this.model = model;
        this.rule = rule;
        this.pages = pages;
        this.step = step;
    }

    /** Returns whether one step program can serve all depths of a model. */
    public static boolean servesAll(RecurrentTransformer model, String rule) {
        return model.settings().tied() && model.mechanism().inference(rule).mixesDepths();
    }

    @Override
    public List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        if (step.isEmpty()) {
            inputs.add(Input.of("depth", DType.INT64, -1));
        }
        inputs.addAll(Listing.inputs());
        inputs.addAll(pages);
        return inputs;
    }

    @Override
    Feed feed(GroupReader in) {
        return new Feed(
                in.nextIf(step.isEmpty()), Listing.read(in), Pages.read(in, model.settings()));
    }

    @Override
    Result result(GroupReader out) {
        return new Result(
                out.next(), out.pairs(model.settings().recurrent()), Pages.States.read(out));
    }

    @Override
    Result compute(Ops ops, Feed feed) {
        Listing listing = feed.listing();
        Tensor at = listing.states();
        Pages.States all = feed.pages().states();
        Pages.States rows = all.lookup(at);
        Pages.Writer writer = new Pages.Writer(ops, listing, feed.pages().steps(), 0);
        RecurrentWeights.StepWeights weights =
                new RecurrentWeights(ops, model.settings()).step(step.orElse(1));
        Tensor x =
                weights.layers()
                        .apply(
                                weights.inject(ops, rows.h(), rows.h0()),
                                model.rotary().at(ops, listing.positions()),
                                listing.queries(ops),
                                writer);
        Decided decided = decide(ops, feed, rows, x);
        return new Result(
                decided.halt(),
                writer.pages(),
                new Pages.States(
                        all.h0(),
                        ops.overwrite(all.h(), at, x),
                        ops.overwrite(all.scores(), at, decided.scores()),
                        all.begun(),
                        Pages.overwrite(ops, all.carry(), at, decided.carry())));
    }

    private record Decided(Tensor halt, Tensor scores, List<Tensor> carry) {}

    /** Asks the policy who stops; after step D all do, without being asked. */
    private Decided decide(Ops ops, Feed feed, Pages.States rows, Tensor x) {
        int maxDepth = model.settings().maxDepth();
        Tensor positions = feed.listing().positions();
        if (maxDepth == 1 || step.isPresent() && step.getAsInt() == maxDepth) {
            return new Decided(positions.equalTo(positions), rows.scores(), rows.carry());
        }
        Tensor d = feed.depth().orElseGet(() -> ops.integer(step.orElseThrow()));
        Tensor last = d.greaterOrEqual(ops.integer(maxDepth));
        // What a policy says of step D is dropped, so it may take it for the one before.
        Tensor asked = feed.depth().isEmpty() ? d : ops.integer(maxDepth - 1).where(last, d);
        HaltingPolicy.Decision decision =
                model.mechanism()
                        .inference(rule)
                        .step(
                                ops,
                                new HaltingPolicy.Step(
                                        asked,
                                        x,
                                        rows.carry(),
                                        ops.zeros(positions, DType.FLOAT32)));
        return new Decided(
                decision.halt().or(last),
                Recurrence.repeated(ops, decision.score(), rows.scores(), d),
                decision.carry());
    }
}
