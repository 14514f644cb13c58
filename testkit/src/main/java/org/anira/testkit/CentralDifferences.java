package org.anira.testkit;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.reference.ReferenceBackend;
import org.anira.testkit.reference.ReferenceSession;

import java.util.ArrayList;
import java.util.List;

/** Derivatives in float64 on the reference backend: (f(x + h) − f(x − h)) / 2h for each element. */
final class CentralDifferences {

    /**
     * Exact in float32 beside numbers of ordinary size; the error of the formula is of the order
     * h².
     */
    private static final double STEP = Math.scalb(1, -12);

    private CentralDifferences() {}

    /** A scalar function of operands. */
    @FunctionalInterface
    interface Loss {
        /**
         * Returns the loss, a float32 scalar.
         *
         * @param operands those the gradients are taken of, in their places the others
         * @param inputs what is given besides
         */
        Tensor apply(Ops ops, List<Tensor> operands, List<Tensor> inputs);
    }

    /**
     * Fails unless the gradients a backend finds are the central differences. Floating-point
     * operands become parameters, the others inputs.
     */
    static void assertGradients(
            BackendTrial trial,
            String what,
            List<Numbers> operands,
            List<Numbers> inputs,
            Loss loss) {
        List<Numbers> given = new ArrayList<>(inputs);
        operands.stream().filter(operand -> !operand.type().isFloat()).forEach(given::add);
        Program program =
                (ops, x) -> {
                    int next = inputs.size();
                    List<Tensor> placed = new ArrayList<>();
                    for (int i = 0; i < operands.size(); i++) {
                        boolean parameter = operands.get(i).type().isFloat();
                        placed.add(parameter ? ops.parameter("p" + i) : x.get(next++));
                    }
                    return List.of(loss.apply(ops, placed, x));
                };
        Numbers[] values = given.toArray(Numbers[]::new);
        try (Bench bench = trial.open();
                ReferenceSession session = ReferenceBackend.session();
                Bench reference = new Bench(session)) {
            define(bench, operands);
            define(reference, operands);
            session.holdDetached(); // a gradient takes them for constants
            reference.run(program, values);
            bench.differentiate(program, values);
            for (int i = 0; i < operands.size(); i++) {
                if (operands.get(i).type().isFloat()) {
                    gradient(reference, "p" + i, program, values)
                            .assertNear(
                                    bench.read("p" + i, Slot.GRADIENT),
                                    trial.gradientTolerance(),
                                    what + ": gradient of operand " + i);
                }
            }
        }
    }

    private static void define(Bench bench, List<Numbers> operands) {
        for (int i = 0; i < operands.size(); i++) {
            if (operands.get(i).type().isFloat()) {
                bench.define("p" + i, operands.get(i));
            }
        }
    }

    /** Returns the derivative of the first output of a program with respect to a parameter. */
    static Numbers gradient(Bench reference, String parameter, Program program, Numbers... values) {
        Numbers operand = reference.read(parameter, Slot.VALUE);
        double[] derivative = new double[operand.values().length];
        for (int i = 0; i < derivative.length; i++) {
            float[] moved = operand.narrow();
            float at = moved[i];
            moved[i] = (float) (at + STEP);
            double above = loss(reference, parameter, moved, program, values);
            double width = moved[i];
            moved[i] = (float) (at - STEP);
            width -= moved[i];
            double below = loss(reference, parameter, moved, program, values);
            derivative[i] = (above - below) / width;
        }
        Slots.write(reference.session, parameter, Slot.VALUE, operand.narrow());
        return new Numbers(DType.FLOAT32, operand.shape(), derivative);
    }

    private static double loss(
            Bench reference, String name, float[] moved, Program program, Numbers[] values) {
        Slots.write(reference.session, name, Slot.VALUE, moved);
        return reference.run(program, values).getFirst().values()[0];
    }
}
