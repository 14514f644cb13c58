package org.anira.runtime.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.testkit.Slots;
import org.anira.testkit.reference.ReferenceSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The gradients of a training step, straight-through estimator included, of both forms of
 * execution: against central differences in float64, with the sampled exits and what is detached
 * held at their values, and against each other.
 */
class GradientTests {

    /** Between two float32 computations of one gradient. */
    private static final double RELATIVE = 1e-4;

    /** A power of two; what a float32 weight really moves by is measured. */
    private static final double STEP = 0x1p-14;

    /** A model. */
    record Trial(String halting, Injection injection, int layers) {

        TinyModel model() {
            return TinyModel.of(halting, injection, layers, true);
        }

        @Override
        public String toString() {
            return "%s, %s, %d recurrent".formatted(halting, injection, layers);
        }
    }

    /**
     * What a step gives.
     *
     * @param gradients by parameter
     * @param depths [B · T], steps taken
     */
    record Result(Map<String, float[]> gradients, int[] depths) {}

    static Stream<Trial> trials() {
        return Stream.of("anira-e", "anira-o", "fixed")
                .flatMap(halting ->
                        Arrays.stream(Injection.values())
                                .flatMap(injection ->
                                        IntStream.of(1, 2)
                                                .mapToObj(layers ->
                                                        new Trial(halting, injection, layers))));
    }

    @ParameterizedTest
    @MethodSource("trials")
    void autogradAgreesWithCentralDifferences(Trial trial) {
        TinyModel tiny = trial.model();
        for (boolean skipping : new boolean[] {false, true}) {
            Result result = differentiate(tiny, skipping);
            try (ReferenceSession reference = (ReferenceSession) BuiltIn.reference();
                    Executable program =
                            reference.compile(
                                    tiny.model().training(skipping, false, true),
                                    tiny.model().trainingInputs(false, true))) {
                tiny.define(reference, 7);
                reference.holdDetached();
                loss(reference, program, tiny, result.depths());
                for (Parameter parameter : tiny.model().parameters()) {
                    assertDerivative(reference, program, tiny, parameter, result);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("trials")
    void skippingHasTheGradientsOfDense(Trial trial) {
        TinyModel tiny = trial.model();
        Result dense = differentiate(tiny, false);
        Result skipping = differentiate(tiny, true);
        dense.gradients()
                .forEach((parameter, values) -> {
                    float[] other = skipping.gradients().get(parameter);
                    double[] difference =
                            IntStream.range(0, values.length)
                                    .mapToDouble(i -> values[i] - other[i])
                                    .toArray();
                    assertTrue(
                            norm(difference) <= RELATIVE * norm(values),
                            "%s: ‖dense − skipping‖ = %s, ‖dense‖ = %s"
                                    .formatted(parameter, norm(difference), norm(values)));
                });
    }

    /** Compares the derivative along a random direction, to which every element adds its part. */
    private static void assertDerivative(
            ReferenceSession session,
            Executable program,
            TinyModel tiny,
            Parameter parameter,
            Result result) {
        CounterRandom random = new CounterRandom(1, "direction " + parameter.name(), 0);
        float[] gradient = result.gradients().get(parameter.name());
        float[] values = Slots.read(session, parameter.name(), Slot.VALUE);
        float[] above = values.clone();
        float[] below = values.clone();
        double found = 0;
        for (int i = 0; i < values.length; i++) {
            double move = STEP * random.nextGaussian();
            above[i] = (float) (values[i] + move);
            below[i] = (float) (values[i] - move);
            found += gradient[i] * ((double) above[i] - below[i]);
        }
        Slots.write(session, parameter.name(), Slot.VALUE, above);
        double expected = loss(session, program, tiny, result.depths());
        Slots.write(session, parameter.name(), Slot.VALUE, below);
        expected -= loss(session, program, tiny, result.depths());
        Slots.write(session, parameter.name(), Slot.VALUE, values);
        double scale = 2 * STEP * norm(gradient);
        assertTrue(
                scale > 0 && Math.abs(expected - found) <= RELATIVE * scale,
                "%s: difference of losses %s, by the gradient %s, ‖gradient‖ × step %s"
                        .formatted(parameter.name(), expected, found, scale));
    }

    private static double norm(float[] values) {
        return norm(IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray());
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }

    private static double loss(
            ReferenceSession session, Executable program, TinyModel tiny, int[] depths) {
        try (Scope _ = session.scope()) {
            List<Tensor> inputs = TinyStep.of(tiny).inputs(session);
            inputs.add(session.tensor(depths, TinyStep.LENGTHS.length, TinyStep.LENGTH));
            return session.doubles(program.run(inputs).getFirst())[0];
        }
    }

    /** Takes a step with sampled exits on the backend that trains. */
    private static Result differentiate(TinyModel tiny, boolean skipping) {
        try (Session session = BuiltIn.training();
                Executable program =
                        session.compile(
                                tiny.model().training(skipping, false, false),
                                tiny.model().trainingInputs(false, false))) {
            tiny.define(session, 7);
            Map<String, float[]> gradients = new LinkedHashMap<>();
            try (Scope _ = session.scope()) {
                List<Tensor> outputs = program.differentiate(TinyStep.of(tiny).inputs(session));
                session.parameters()
                        .forEach(p ->
                                gradients.put(
                                        p.name(), Slots.read(session, p.name(), Slot.GRADIENT)));
                int[] depths = session.integers(outputs.get(5));
                if (tiny.model().learned()) {
                    TinyModel.assertDepthsDiffer(depths, TinyStep.LENGTH, TinyStep.LENGTHS);
                }
                return new Result(gradients, depths);
            }
        }
    }
}
