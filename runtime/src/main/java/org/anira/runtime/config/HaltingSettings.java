package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Settings;

import java.util.List;

/**
 * Which mechanism halts, and how training charges for depth: the loss has the term γ · KL(q ‖ p_b),
 * p_b(d) ∝ b^(−d).
 *
 * <p>γ and b follow the share of training done. For the first {@code start} they are {@code
 * startGamma} and {@code startBase}: 1 keeps all depths alive while the model learns, less than 1
 * lets it learn with many steps before they are charged for. Over the next {@code ramp}, γ moves
 * linearly and b geometrically to {@code gamma} and {@code base}. Without that first phase γ rises
 * from 0 over {@code ramp}, b being {@code base} throughout.
 *
 * @param choice the mechanism with its options
 * @param rule the inference rule; empty for the mechanism's own default
 * @param gamma γ in the end
 * @param base b in the end, at least 1
 * @param ramp share of training over which γ and b move to their end values
 * @param start share of training that begins with another γ and b
 * @param startGamma γ during that share
 * @param startBase b during that share, above 0
 */
public record HaltingSettings(
        Choice choice,
        String rule,
        double gamma,
        double base,
        double ramp,
        double start,
        double startGamma,
        double startBase) {

    /** The options, under {@code halting}, beside {@code name} and {@code options}. */
    public static final List<Option> OPTIONS =
            List.of(
                    Option.text("rule", "", "Inference rule; empty for the mechanism's default"),
                    Option.number("gamma", 0.003, "Weight of the KL term in the end")
                            .between(0, 1e6),
                    Option.number("base", 1.2, "Base b of the depth prior in the end; 1 is uniform")
                            .between(1, 1e6),
                    Option.number(
                                    "ramp",
                                    0.1,
                                    "Share of training over which the KL term moves to its end"
                                            + " values")
                            .between(0, 1),
                    Option.number(
                                    "start",
                                    0,
                                    "Share of training that begins with start-gamma and start-base")
                            .between(0, 1),
                    Option.number("start-gamma", 0.1, "Weight of the KL term during that share")
                            .between(0, 1e6),
                    Option.number(
                                    "start-base",
                                    1,
                                    "Base of the depth prior during that share; below 1 favours"
                                            + " depth")
                            .between(1e-6, 1e6));

    /** Reads checked settings. */
    public static HaltingSettings of(Choice choice, Settings s) {
        return new HaltingSettings(
                choice,
                s.text("rule"),
                s.number("gamma"),
                s.number("base"),
                s.number("ramp"),
                s.number("start"),
                s.number("start-gamma"),
                s.number("start-base"));
    }

    /** Returns γ when a share (0 to 1) of the training is done. */
    public double gammaAt(double share) {
        double first = start > 0 ? startGamma : 0;
        return first + moved(share) * (gamma - first);
    }

    /** Returns b when a share (0 to 1) of the training is done. */
    public double baseAt(double share) {
        return start > 0 ? startBase * Math.pow(base / startBase, moved(share)) : base;
    }

    /** Returns how much of the way from the first to the last values is done, 0 to 1. */
    private double moved(double share) {
        return ramp == 0 ? (share < start ? 0 : 1) : Math.clamp((share - start) / ramp, 0, 1);
    }
}
