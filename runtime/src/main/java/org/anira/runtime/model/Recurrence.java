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
 * <p>Rule R1: at each step that a token takes, its keys and values come from its input state. They
 * stay as they are once it has stopped, and active tokens go on attending to them. All tokens take
 * step 1. After step D all remaining tokens stop, without a decision of the policy.
 */
final class Recurrence {

    private final Ops ops;
    private final Pass pass;
    private final RecurrentWeights weights;
    private final HaltingPolicy policy;
    private final Tensor h0;
    private final Rotary rotary;
    private final Masks masks;
    private final int maxDepth;

    /**
     * How the recurrence is run.
     *
     * @param fed [B, T], BOOL: the tokens that are not padding
     * @param noise [B, T] or [B, T, D], float32: the noise that the policy asks for
     * @param forced [B, T], INT64: the depth of every token, in place of the policy's decision
     * @param past layer by layer and by depth [D, B, C, H, W/H], of earlier tokens; empty without a
     *     cache
     * @param skipping whether only active tokens are computed
     * @param surrogate whether gradients flow to the policy, straight through
     * @param caching whether keys and values are returned by depth
     */
    record Pass(
            Tensor fed,
            Tensor noise,
            Optional<Tensor> forced,
            List<KeysValues> past,
            boolean skipping,
            boolean surrogate,
            boolean caching) {}

    /**
     * The results.
     *
     * @param h [B, T, W], float32: the coda's input
     * @param depth [B, T], INT64: steps taken, 1 … D
     * @param logExit [B, T, D], float32: log q
     * @param cache as {@link Carry#cache}
     */
    record Result(Tensor h, Tensor depth, Tensor logExit, List<KeysValues> cache) {}

    Recurrence(
            Ops ops,
            Pass pass,
            RecurrentWeights weights,
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
        Carry carry =
                step(Stage.FIRST, Rows.all(masks), start(begun), ops.integer(1), weights.step(1));
        if (maxDepth > 1) {
            carry = weights.model().tied() ? repeat(carry) : unroll(carry);
            carry =
                    step(
                            Stage.LAST,
                            rows(carry),
                            carry,
                            ops.integer(maxDepth),
                            weights.step(maxDepth));
        }
        return new Result(
                carry.surrogate().map(Carry.Surrogate::sum).orElse(carry.h()),
                carry.depth(),
                policy.logExit(ops, begun, carry.scores()),
                carry.cache());
    }

    /**
     * The position of a step. If D = 1 the first step is also the last, and the policy is not
     * called.
     */
    private enum Stage {
        FIRST,
        MIDDLE,
        LAST
    }

    private Carry start(List<Tensor> begun) {
        Tensor nothing = ops.zeros(pass.fed(), DType.FLOAT32);
        return new Carry(
                pass.fed(),
                ops.zeros(pass.fed(), DType.INT64),
                h0,
                List.of(),
                List.of(),
                pass.surrogate()
                        ? Optional.of(
                                new Carry.Surrogate(nothing.add(1), ops.zeros(h0, DType.FLOAT32)))
                        : Optional.empty(),
                ops.zeros(pass.fed(), DType.FLOAT32, Math.max(1, maxDepth - 1)),
                begun);
    }

    /** Steps 2 … D − 1 with one set of weights. */
    private Carry repeat(Carry first) {
        return first.of(
                ops.loop(
                        2,
                        maxDepth - 1,
                        first.tensors(),
                        (d, tensors) -> {
                            Carry carry = first.of(tensors);
                            return step(Stage.MIDDLE, rows(carry), carry, d, weights.step(2))
                                    .tensors();
                        }));
    }

    /** Steps 2 … D − 1, each with its own weights. */
    private Carry unroll(Carry first) {
        Carry carry = first;
        for (int d = 2; d < maxDepth; d++) {
            carry = step(Stage.MIDDLE, rows(carry), carry, ops.integer(d), weights.step(d));
        }
        return carry;
    }

    private Rows rows(Carry carry) {
        return pass.skipping()
                ? Rows.skipping(ops, carry.active(), masks)
                : Rows.dense(carry.active(), masks);
    }

    /** Takes step d, and asks the policy which tokens stop after it. */
    private Carry step(
            Stage stage, Rows rows, Carry c, Tensor d, RecurrentWeights.StepWeights step) {
        Rotary rotation = rotary.gather(rows);
        List<KeysValues> keysValues = new ArrayList<>();
        Layers.Memory memory =
                (i, fresh) -> {
                    KeysValues now =
                            c.keysValues().isEmpty()
                                    ? fresh
                                    : fresh.over(rows, c.keysValues().get(i));
                    keysValues.add(now);
                    return pass.past().isEmpty() ? now : withPast(pass.past().get(i), now, d);
                };
        Tensor x =
                step.layers()
                        .apply(
                                step.inject(ops, rows.gather(c.h()), rows.gather(h0)),
                                rotation,
                                rows,
                                memory);
        Carry moved =
                new Carry(
                        c.active(),
                        c.depth()
                                .add(
                                        stage == Stage.FIRST
                                                ? ops.integer(1)
                                                : c.active().cast(DType.INT64)),
                        rows.scatter(c.h(), x),
                        keysValues,
                        pass.caching() ? fillFrom(d, c.cache(), keysValues) : List.of(),
                        c.surrogate(),
                        c.scores(),
                        c.policy());
        return stage == Stage.LAST || maxDepth == 1
                ? leave(rows, moved, x)
                : decide(stage, rows, moved, x, d);
    }

    /** Asks the policy which tokens stop after step d. */
    private Carry decide(Stage stage, Rows rows, Carry c, Tensor x, Tensor d) {
        List<Tensor> carried = c.policy().stream().map(rows::gather).toList();
        HaltingPolicy.Decision decision =
                policy.step(ops, new HaltingPolicy.Step(d, x, carried, rows.gather(pass.noise())));
        Tensor halt =
                pass.forced()
                        .map(depths -> d.greaterOrEqual(rows.gather(depths)))
                        .orElse(decision.halt());
        Tensor active = rows.scatter(c.active(), halt.not());
        List<Tensor> next = new ArrayList<>();
        for (int i = 0; i < carried.size(); i++) {
            Tensor fresh = decision.carry().get(i);
            Tensor old = c.policy().get(i);
            next.add(fresh == carried.get(i) ? old : rows.scatter(old, fresh));
        }
        return new Carry(
                stage == Stage.FIRST ? active.and(pass.fed()) : active,
                c.depth(),
                c.h(),
                c.keysValues(),
                c.cache(),
                c.surrogate()
                        .map(surrogate ->
                                straightThrough(rows, surrogate, x, halt, decision.mass())),
                score(rows, c.scores(), decision.score(), d),
                next);
    }

    /** All remaining tokens stop, with all of their remaining mass. */
    private Carry leave(Rows rows, Carry c, Tensor x) {
        return new Carry(
                c.active(),
                c.depth(),
                c.h(),
                c.keysValues(),
                c.cache(),
                c.surrogate()
                        .map(surrogate -> {
                            Tensor left = rows.gather(surrogate.left());
                            Tensor everybody = left.equalTo(left);
                            return straightThrough(rows, surrogate, x, everybody, left);
                        }),
                c.scores(),
                c.policy());
    }

    /**
     * The straight-through estimator, the same for all mechanisms: the coda's input is Σ_d (z_d +
     * s_d − sg(s_d)) · h_min(d, d*), where z is one-hot at the exit, s is the surrogate mass and sg
     * stops the gradient. Since a frozen state repeats, the exit step gets all the remaining mass.
     */
    private static Carry.Surrogate straightThrough(
            Rows rows, Carry.Surrogate surrogate, Tensor x, Tensor halt, Tensor mass) {
        Tensor left = rows.gather(surrogate.left());
        Tensor share = left.where(halt, mass);
        Tensor weight = halt.cast(DType.FLOAT32).add(share.subtract(share.detach()));
        return new Carry.Surrogate(
                rows.scatter(surrogate.left(), left.subtract(mass)),
                rows.accumulate(surrogate.sum(), x, weight));
    }

    /**
     * Returns the keys and values of the tokens fed now, appended to those of earlier tokens at
     * depth d.
     */
    private KeysValues withPast(KeysValues past, KeysValues now, Tensor d) {
        Tensor index = d.add(ops.integer(-1));
        return now.behind(ops, 1, past.map(byDepth -> byDepth.lookup(index)));
    }

    /** Writes keys and values at depths d … D: they remain for a token that stops at d. */
    private List<KeysValues> fillFrom(
            Tensor d, List<KeysValues> cache, List<KeysValues> keysValues) {
        float[] depths = new float[maxDepth];
        for (int i = 0; i < maxDepth; i++) {
            depths[i] = i + 1;
        }
        Tensor table = ops.constant(depths, maxDepth, 1, 1, 1, 1);
        Tensor from = table.greaterOrEqual(d.cast(DType.FLOAT32));
        List<KeysValues> filled = new ArrayList<>();
        for (int i = 0; i < keysValues.size(); i++) {
            KeysValues fresh = keysValues.get(i).map(now -> now.unsqueeze(0));
            KeysValues old =
                    cache.isEmpty()
                            ? fresh.map(now -> now.add(table.multiply(0).cast(now.type())))
                            : cache.get(i);
            filled.add(
                    new KeysValues(
                            fresh.keys().where(from, old.keys()),
                            fresh.values().where(from, old.values())));
        }
        return filled;
    }

    private Tensor score(Rows rows, Tensor scores, Tensor score, Tensor d) {
        Tensor last = scores.pick(ops.integer(maxDepth - 2));
        return repeated(ops, rows.scatter(last, score), scores, d);
    }

    /**
     * Writes the score of step d into the columns d … D − 1, so that a token that stops repeats it.
     *
     * @param score […], float32
     * @param scores […, D − 1], float32
     * @param d INT64, a scalar or […]
     */
    static Tensor repeated(Ops ops, Tensor score, Tensor scores, Tensor d) {
        float[] steps = new float[(int) scores.size(-1)];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = i + 1;
        }
        Tensor from = (d.rank() == 0 ? d : d.unsqueeze(-1)).cast(DType.FLOAT32);
        return score.unsqueeze(-1)
                .where(ops.constant(steps, steps.length).greaterOrEqual(from), scores);
    }
}
