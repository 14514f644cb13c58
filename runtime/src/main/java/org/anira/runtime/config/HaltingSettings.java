package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Settings;

import java.util.List;

/**
 * Which mechanism halts, and how training charges for depth: the loss has the term γ · KL(q ‖ p_b),
 * p_b(d) ∝ b^(−d).
 *
 * <p>γ and b follow the share of training done: for the first {@code wide} they are {@code
 * wideGamma} and 1 (a uniform prior, which keeps all depths alive); over the next {@code ramp} they
 * move linearly to {@code gamma} and {@code base}. Without a wide phase γ rises from 0 over {@code
 * ramp}, b being {@code base} from the start.
 *
 * @param choice the mechanism with its options
 * @param rule the inference rule; empty for the mechanism's own default
 * @param gamma γ in the end
 * @param base b in the end, at least 1
 * @param ramp share of training over which γ and b move to their end values
 * @param wide share of training with a uniform prior
 * @param wideGamma γ during that share
 */
public record HaltingSettings(
        Choice choice,
        String rule,
        double gamma,
        double base,
        double ramp,
        double wide,
        double wideGamma) {

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
                    Option.number("wide", 0, "Share of training that begins with a uniform prior")
                            .between(0, 1),
                    Option.number("wide-gamma", 0.1, "Weight of the KL term during that share")
                            .between(0, 1e6));

    /** Reads checked settings. */
    public static HaltingSettings of(Choice choice, Settings s) {
        return new HaltingSettings(
                choice,
                s.text("rule"),
                s.number("gamma"),
                s.number("base"),
                s.number("ramp"),
                s.number("wide"),
                s.number("wide-gamma"));
    }

    /** Returns γ when a share (0 to 1) of the training is done. */
    public double gammaAt(double share) {
        return mix(wide > 0 ? wideGamma : 0, gamma, share);
    }

    /** Returns b when a share (0 to 1) of the training is done. */
    public double baseAt(double share) {
        return mix(wide > 0 ? 1 : base, base, share);
    }

    private double mix(double first, double last, double share) {
        double moved = ramp == 0 ? (share < wide ? 0 : 1) : Math.clamp((share - wide) / ramp, 0, 1);
        return first + moved * (last - first);
    }
}
