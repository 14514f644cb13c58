package org.anira.runtime.model;

import org.anira.api.halting.HaltingPolicy;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The recurrence: prelude output in, coda input out.
 *
 * <p>Rule R1: the keys and values of a token come from its input state of each step it takes, and
 * stay as they are when it has stopped; those still active go on attending to them. Step 1 is
 * everybody's, and after step D everybody who is left stops without being asked.
 */
final class Recurrence {

    private final Ops ops;
    private final Pass pass;
    private final Weights weights;
    private final HaltingPolicy policy;
    private final Tensor h0;
    private final Rotary rotary;
    private final Masks masks;
    private final int maxDepth;

    /**
     * How the recurrence is run.
     *
     * @param fed [B, T], BOOL: the tokens that are not padding
     * @param noise [B, T] or [B, T, D], float32: what the policy asked for
     * @param forced [B, T], INT64: the depth of every token, in place of the policy's decision
     * @param past per layer keys and values by depth of earlier tokens, [D, B, C, H, W/H] each;
     *     empty without a cache
     * @param skipping whether only active tokens are computed
     * @param surrogate whether gradients flow to the policy, straight through
     * @param caching whether keys and values are returned by depth
     */
    record Pass(
            Tensor fed,
            Tensor noise,
            Optional<Tensor> forced,
            List<Tensor> past,
            boolean skipping,
            boolean surrogate,
            boolean caching) {}

    /**
     * What came out.
     *
     * @param h [B, T, W], float32: the coda's input
     * @param depth [B, T], INT64: steps taken, 1 … D
     * @param logExit [B, T, D], float32: log q
     * @param cache as {@link State#cache}
     */
    record Result(Tensor h, Tensor depth, Tensor logExit, List<Tensor> cache) {}

    Recurrence(
            Ops ops,
            Pass pass,
            Weights weights,
            HaltingPolicy policy,
            Tensor h0,
            Rotary rotary,
            Masks masks) {
        this.ops = ops;
        this.pass = pass;
        this.weights = weights;
        this.policy = policy;
        this.h0 = h0;
        this.rotary = rotary;
        this.masks = masks;
        maxDepth = weights.model().maxDepth();
    }

    Result run() {
        List<Tensor> begun = policy.begin(ops, h0);
        State state =
                step(Stage.FIRST, Rows.all(masks), start(begun), ops.integer(1), weights.step(1));
        if (maxDepth > 1) {
            state = weights.model().tied() ? repeat(state) : unroll(state);
            state =
                    step(
                            Stage.LAST,
                            rows(state),
                            state,
                            ops.integer(maxDepth),
                            weights.step(maxDepth));
        }
        return new Result(
                pass.surrogate() ? state.surrogate().get(1) : state.h(),
                state.depth(),
                policy.logExit(ops, begun, state.scores().getFirst()),
                state.cache());
    }

    /** Where a step stands. If D = 1 the first is also the last, and nobody is asked. */
    private enum Stage {
        FIRST,
        MIDDLE,
        LAST
    }

    private State start(List<Tensor> begun) {
        Tensor nothing = ops.zeros(pass.fed(), DType.FLOAT32);
        return new State(
                pass.fed(),
                ops.zeros(pass.fed(), DType.INT64),
                h0,
                List.of(),
                List.of(),
                pass.surrogate()
                        ? List.of(nothing.add(1), ops.zeros(h0, DType.FLOAT32))
                        : List.of(),
                List.of(ops.zeros(pass.fed(), DType.FLOAT32, Math.max(1, maxDepth - 1))),
                begun);
    }

    /** Steps 2 … D − 1 with one set of weights. */
    private State repeat(State first) {
        return first.with(
                ops.loop(
                        2,
                        maxDepth - 1,
                        first.toList(),
                        (d, carry) -> {
                            State state = first.with(carry);
                            return step(Stage.MIDDLE, rows(state), state, d, weights.step(2))
                                    .toList();
                        }));
    }

    /** Steps 2 … D − 1, each with its own weights. */
    private State unroll(State first) {
        State state = first;
        for (int d = 2; d < maxDepth; d++) {
            state = step(Stage.MIDDLE, rows(state), state, ops.integer(d), weights.step(d));
        }
        return state;
    }

    private Rows rows(State state) {
        return pass.skipping()
                ? Rows.skipping(ops, state.active(), masks)
                : Rows.dense(state.active(), masks);
    }

    /** Takes step d, and asks who stops after it. */
    private State step(Stage stage, Rows rows, State s, Tensor d, Weights.Step layers) {
        Rotary rotation = rotary.gather(rows);
        Tensor x = layers.inject(ops, rows.gather(s.h()), rows.gather(h0));
        List<Tensor> keysValues = new ArrayList<>();
        for (int i = 0; i < layers.layers().size(); i++) {
            Layer layer = layers.layers().get(i);
            Layer.Heads heads = layer.heads(x, rotation);
            Tensor keys = merge(rows, s.keysValues(), 2 * i, heads.keys());
            Tensor values = merge(rows, s.keysValues(), 2 * i + 1, heads.values());
            keysValues.add(keys);
            keysValues.add(values);
            x =
                    layer.finish(
                            x,
                            heads.queries(),
                            withPast(2 * i, keys, d),
                            withPast(2 * i + 1, values, d),
                            rows);
        }
        State moved =
                new State(
                        s.active(),
                        s.depth()
                                .add(
                                        stage == Stage.FIRST
                                                ? ops.integer(1)
                                                : s.active().cast(DType.INT64)),
                        rows.scatter(s.h(), x),
                        keysValues,
                        pass.caching() ? fillFrom(d, s.cache(), keysValues) : List.of(),
                        s.surrogate(),
                        s.scores(),
                        s.policy());
        return stage == Stage.LAST || maxDepth == 1
                ? leave(rows, moved, x)
                : decide(stage, rows, moved, x, d);
    }

    /** Asks the policy who stops after step d. */
    private State decide(Stage stage, Rows rows, State s, Tensor x, Tensor d) {
        List<Tensor> carry = s.policy().stream().map(rows::gather).toList();
        HaltingPolicy.Decision decision =
                policy.step(ops, new HaltingPolicy.Step(d, x, carry, rows.gather(pass.noise())));
        Tensor halt =
                pass.forced()
                        .map(depths -> d.greaterOrEqual(rows.gather(depths)))
                        .orElse(decision.halt());
        Tensor active = rows.scatter(s.active(), halt.not());
        List<Tensor> nextCarry = new ArrayList<>();
        for (int i = 0; i < carry.size(); i++) {
            Tensor next = decision.carry().get(i);
            nextCarry.add(
                    next == carry.get(i)
                            ? s.policy().get(i)
                            : rows.scatter(s.policy().get(i), next));
        }
        return new State(
                stage == Stage.FIRST ? active.and(pass.fed()) : active,
                s.depth(),
                s.h(),
                s.keysValues(),
                s.cache(),
                s.surrogate().isEmpty()
                        ? List.of()
                        : straightThrough(rows, s, x, halt, decision.mass()),
                List.of(score(rows, s.scores().getFirst(), decision.score(), d)),
                nextCarry);
    }

    /** Everybody who is left stops, with all the mass that is left. */
    private State leave(Rows rows, State s, Tensor x) {
        if (s.surrogate().isEmpty()) {
            return s;
        }
        Tensor left = rows.gather(s.surrogate().getFirst());
        Tensor everybody = left.equalTo(left);
        return new State(
                s.active(),
                s.depth(),
                s.h(),
                s.keysValues(),
                s.cache(),
                straightThrough(rows, s, x, everybody, left),
                s.scores(),
                s.policy());
    }

    /**
     * Straight through, once for all mechanisms: the coda's input is Σ_d (z_d + s_d − sg(s_d)) ·
     * h_min(d, d*), z the exit, s the surrogate and sg no gradient. Since a frozen state repeats,
     * the step of the exit has all the mass that is left.
     */
    private List<Tensor> straightThrough(Rows rows, State s, Tensor x, Tensor halt, Tensor mass) {
        Tensor left = rows.gather(s.surrogate().get(0));
        Tensor share = left.where(halt, mass);
        Tensor weight = halt.cast(DType.FLOAT32).add(share.subtract(share.detach()));
        return List.of(
                rows.scatter(s.surrogate().get(0), left.subtract(mass)),
                rows.accumulate(s.surrogate().get(1), x, weight));
    }

    /** Rule R1: the rows have new keys or values, the others keep theirs. */
    private static Tensor merge(Rows rows, List<Tensor> old, int i, Tensor fresh) {
        return old.isEmpty() ? fresh : rows.scatter(old.get(i), fresh);
    }

    /**
     * Returns keys or values of the tokens fed now behind those of earlier tokens, read at depth d.
     */
    private Tensor withPast(int i, Tensor now, Tensor d) {
        if (pass.past().isEmpty()) {
            return now;
        }
        return ops.concat(1, List.of(pass.past().get(i).lookup(d.add(ops.integer(-1))), now));
    }

    /** Writes keys and values at depths d … D: a token that stops at d leaves them so. */
    private List<Tensor> fillFrom(Tensor d, List<Tensor> cache, List<Tensor> keysValues) {
        float[] depths = new float[maxDepth];
        for (int i = 0; i < maxDepth; i++) {
            depths[i] = i + 1;
        }
        Tensor table = ops.constant(depths, maxDepth, 1, 1, 1, 1);
        Tensor from = table.greaterOrEqual(d.cast(DType.FLOAT32));
        List<Tensor> filled = new ArrayList<>();
        for (int i = 0; i < keysValues.size(); i++) {
            Tensor fresh = keysValues.get(i).unsqueeze(0);
            Tensor old =
                    cache.isEmpty()
                            ? fresh.add(table.multiply(0).cast(fresh.type()))
                            : cache.get(i);
            filled.add(fresh.where(from, old));
        }
        return filled;
    }

    /**
     * Writes the score of step d into the columns d … D − 1, so that a token that stops repeats it.
     */
    private Tensor score(Rows rows, Tensor scores, Tensor score, Tensor d) {
        float[] steps = new float[maxDepth - 1];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = i + 1;
        }
        Tensor from = ops.constant(steps, steps.length).greaterOrEqual(d.cast(DType.FLOAT32));
        Tensor last = scores.pick(ops.integer(maxDepth - 2));
        return rows.scatter(last, score).unsqueeze(-1).where(from, scores);
    }
}
