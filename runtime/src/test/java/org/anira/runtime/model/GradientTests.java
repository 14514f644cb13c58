package org.anira.runtime.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.halting.Noise;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.backend.djl.DjlBackendProvider;
import org.anira.halting.early.EarlyProvider;
import org.anira.halting.fixed.FixedProvider;
import org.anira.halting.online.OnlineProvider;
import org.anira.runtime.config.ModelSettings.Injection;
import org.anira.testkit.reference.ReferenceBackend;
import org.anira.testkit.reference.ReferenceSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The gradients of a training step, straight-through estimator included: those of autograd against
 * central differences in float64, with exits and stop-gradients held at their values, and those of
 * both forms of execution against each other. Depths are forced, so that all of 1 … D occur and no
 * perturbation moves an exit.
 */
class GradientTests {

    private static final int LENGTH = 9;
    private static final int[] LENGTHS = {9, 7, 8};
    private static final double RELATIVE = 1e-4;

    static Stream<Arguments> models() {
        return Stream.of(new EarlyProvider(), new OnlineProvider(), new FixedProvider())
                .flatMap(halting ->
                        Arrays.stream(Injection.values())
                                .flatMap(injection ->
                                        IntStream.of(1, 2)
                                                .mapToObj(layers ->
                                                        Arguments.of(
                                                                halting.name(),
                                                                halting,
                                                                injection,
                                                                layers))));
    }

    @ParameterizedTest(name = "{0} {2} {3}")
    @MethodSource("models")
    void autogradAgreesWithCentralDifferences(
            String name, HaltingProvider halting, Injection injection, int layers) {
        TinyModel tiny = TinyModel.of(halting, injection, layers, true);
        try (ReferenceSession reference =
                (ReferenceSession) open(new ReferenceBackend(), Map.of())) {
            tiny.define(reference, 7);
            for (boolean skipping : new boolean[] {false, true}) {
                Map<String, float[]> gradients = gradients(tiny, skipping);
                try (Executable program =
                        reference.compile(
                                tiny.model().training(skipping, true),
                                tiny.model().trainingInputs(true))) {
                    reference.holdDetached();
                    loss(reference, program, tiny);
                    for (Parameter parameter : tiny.model().parameters()) {
                        check(reference, program, tiny, parameter, gradients.get(parameter.name()));
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "{0} {2} {3}")
    @MethodSource("models")
    void skippingHasTheGradientsOfDense(
            String name, HaltingProvider halting, Injection injection, int layers) {
        TinyModel tiny = TinyModel.of(halting, injection, layers, true);
        Map<String, float[]> dense = gradients(tiny, false);
        Map<String, float[]> skipping = gradients(tiny, true);
        dense.forEach((parameter, values) -> {
            float[] other = skipping.get(parameter);
            double difference = 0;
            double size = 0;
            for (int i = 0; i < values.length; i++) {
                difference += Math.pow(values[i] - other[i], 2);
                size += Math.pow(values[i], 2);
            }
            assertTrue(
                    Math.sqrt(difference) <= RELATIVE * Math.sqrt(size) + 1e-9,
                    "%s: ‖dense − skipping‖ = %s, ‖dense‖ = %s"
                            .formatted(parameter, Math.sqrt(difference), Math.sqrt(size)));
        });
    }

    /** Compares a few elements of each parameter. */
    private static void check(
            ReferenceSession session,
            Executable program,
            TinyModel tiny,
            Parameter parameter,
            float[] gradient) {
        CounterRandom random = new CounterRandom(1, "elements " + parameter.name(), 0);
        float[] values = session.read(parameter.name(), Slot.VALUE);
        double largest = 0;
        for (float g : gradient) {
            largest = Math.max(largest, Math.abs(g));
        }
        for (int n = 0; n < 2; n++) {
            int i = random.nextInt(values.length);
            float[] moved = values.clone();
            moved[i] = values[i] + 1e-3f;
            double up = moved[i];
            session.write(parameter.name(), Slot.VALUE, moved);
            double above = loss(session, program, tiny);
            moved[i] = values[i] - 1e-3f;
            double step = up - moved[i];
            session.write(parameter.name(), Slot.VALUE, moved);
            double below = loss(session, program, tiny);
            double expected = (above - below) / step;
            assertTrue(
                    Math.abs(expected - gradient[i]) <= 2e-3 * Math.max(largest, 1e-3),
                    "%s[%d]: central difference %s, gradient %s, largest %s"
                            .formatted(parameter.name(), i, expected, gradient[i], largest));
        }
        session.write(parameter.name(), Slot.VALUE, values);
    }

    private static double loss(ReferenceSession session, Executable program, TinyModel tiny) {
        try (Scope _ = session.scope()) {
            return session.doubles(program.run(inputs(session, tiny)).getFirst())[0];
        }
    }

    private static Map<String, float[]> gradients(TinyModel tiny, boolean skipping) {
        try (Session session = open(new DjlBackendProvider(), Map.of("threads", 1))) {
            tiny.define(session, 7);
            Map<String, float[]> gradients = new LinkedHashMap<>();
            try (Executable program =
                            session.compile(
                                    tiny.model().training(skipping, true),
                                    tiny.model().trainingInputs(true));
                    Scope _ = session.scope()) {
                program.differentiate(inputs(session, tiny));
                session.parameters()
                        .forEach(p ->
                                gradients.put(p.name(), session.read(p.name(), Slot.GRADIENT)));
            }
            return gradients;
        }
    }

    private static Session open(BackendProvider backend, Map<String, Object> options) {
        return backend.open(Settings.of("backend", backend.options(), options));
    }

    private static List<Tensor> inputs(Session session, TinyModel tiny) {
        int size = LENGTHS.length;
        int cells = size * LENGTH;
        List<int[]> sequences = tiny.sequences(5, LENGTHS);
        int[] tokens = new int[cells];
        int[] positions = new int[cells];
        boolean[] fed = new boolean[cells];
        int[] targets = new int[cells];
        float[] mask = new float[cells];
        int[] depths = new int[cells];
        CounterRandom random = new CounterRandom(9, "targets and depths", 0);
        for (int b = 0; b < size; b++) {
            for (int t = 0; t < LENGTH; t++) {
                int at = b * LENGTH + t;
                positions[at] = t;
                depths[at] =
                        t < TinyModel.DEPTH
                                ? 1 + (t + b) % TinyModel.DEPTH
                                : 1 + random.nextInt(TinyModel.DEPTH);
                targets[at] = random.nextInt(tiny.vocabulary());
                if (t < LENGTHS[b]) {
                    tokens[at] = sequences.get(b)[t];
                    fed[at] = true;
                    mask[at] = random.nextInt(3) > 0 ? 1 : 0;
                }
            }
        }
        boolean gumbel = tiny.model().mechanism().training().noise() == Noise.GUMBEL;
        float[] noise = new float[cells * (gumbel ? TinyModel.DEPTH : 1)];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        float[] logPrior = new float[TinyModel.DEPTH];
        for (int d = 0; d < logPrior.length; d++) {
            logPrior[d] = -0.3f * d - 1.2f;
        }
        return List.of(
                session.tensor(tokens, size, LENGTH),
                session.tensor(positions, size, LENGTH),
                session.tensor(fed, size, LENGTH),
                gumbel
                        ? session.tensor(noise, size, LENGTH, TinyModel.DEPTH)
                        : session.tensor(noise, size, LENGTH),
                session.tensor(targets, size, LENGTH),
                session.tensor(mask, size, LENGTH),
                session.tensor(logPrior, TinyModel.DEPTH),
                session.tensor(new float[] {0.06f, 0.04f}, 2),
                session.tensor(depths, size, LENGTH));
    }
}
