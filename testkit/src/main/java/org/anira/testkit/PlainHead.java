package org.anira.testkit;

import org.anira.api.PublicApi;
import org.anira.api.halting.Head;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;

import java.util.Arrays;

/**
 * A {@link Head} in plain Java and float64, for tests that compare a mechanism with its equations:
 * it reads the parameters of a session and multiplies out, without tensors.
 */
@PublicApi(since = "0.1")
public final class PlainHead {

    private static final double EPSILON = 1e-5;

    private final float[] gain;
    private final float[] hidden;
    private final float[] output;
    private final float[] bias;

    /** Reads the parameters of a head from the session where they are defined. */
    public PlainHead(Session session) {
        gain = Slots.read(session, "halting.norm", Slot.VALUE);
        hidden = Slots.read(session, "halting.hidden", Slot.VALUE);
        output = Slots.read(session, "halting.output", Slot.VALUE);
        bias = Slots.read(session, "halting.bias", Slot.VALUE);
    }

    /** Returns the outputs for a token. @param states [tokens · W], row-major */
    public double[] apply(double[] states, int token) {
        int width = gain.length;
        double[] x = Arrays.copyOfRange(states, token * width, (token + 1) * width);
        double squares = Arrays.stream(x).map(value -> value * value).sum();
        double scale = 1 / Math.sqrt(squares / width + EPSILON);
        for (int i = 0; i < width; i++) {
            x[i] *= scale * gain[i];
        }
        double[] inner = product(hidden, x);
        for (int i = 0; i < inner.length; i++) {
            inner[i] /= 1 + Math.exp(-inner[i]);
        }
        double[] outputs = product(output, inner);
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] += bias[i];
        }
        return outputs;
    }

    /** Returns a matrix times a vector. */
    private static double[] product(float[] matrix, double[] vector) {
        double[] product = new double[matrix.length / vector.length];
        for (int i = 0; i < matrix.length; i++) {
            product[i / vector.length] += matrix[i] * vector[i % vector.length];
        }
        return product;
    }
}
