package org.anira.runtime.config;

import org.anira.api.Option;
import org.anira.api.Settings;

import java.util.List;

/**
 * Which mechanism halts, and how training charges for depth: the loss has the term γ · KL(q ‖ p_b),
 * p_b(d) ∝ b^(−d).
 *
 * <p>γ and b follow the share of training done. For the first {@code start} they are {@code
 * startGamma} and {@code startBase}: base 1 keeps all depths in use while the model learns; a base
 * below 1 lets it learn with many steps before depth has a cost. Over the next {@code ramp}, γ
 * moves linearly and b geometrically to {@code gamma} and {@code base}. Without that first phase γ
 * rises from 0 over {@code ramp}, b being {@code base} throughout.
 *
 * @param choice the mechanism with its options
 */
public record HaltingSettings(
        Choice choice,
        @Setting(
                        byDefault = "",
                        summary = "Inference rule, one of the mechanism's; empty for its default")
                String rule,
        @Setting(
                        byDefault = "0.003",
                        least = 0,
                        most = 1e6,
                        summary = "Weight of the KL term in the end")
                double gamma,
        @Setting(
                        byDefault = "1.2",
                        least = 1,
                        most = 1e6,
                        summary = "Base b of the depth prior in the end; 1 is uniform")
                double base,
        @Setting(
                        byDefault = "0.1",
                        least = 0,
                        most = 1,
                        summary =
                                "Share of training over which the KL term moves to its end values")
                double ramp,
        @Setting(
                        byDefault = "0",
                        least = 0,
                        most = 1,
                        summary = "Share of training that begins with start-gamma and start-base")
                double start,
        @Setting(
                        byDefault = "0.1",
                        least = 0,
                        most = 1e6,
                        summary = "Weight of the KL term during that share")
                double startGamma,
        @Setting(
                        byDefault = "1",
                        least = 1e-6,
                        most = 1e6,
                        summary =
                                "Base of the depth prior during that share; below 1 favours depth")
                double startBase) {

    /** The options, under {@code halting}, beside {@code name} and {@code options}. */
    public static final List<Option> OPTIONS = SettingsRecord.options(HaltingSettings.class);

    /** Reads checked settings. */
    public static HaltingSettings of(Choice choice, Settings s) {
        return SettingsRecord.of(HaltingSettings.class, s, choice);
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
