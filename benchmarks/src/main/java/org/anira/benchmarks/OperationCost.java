package org.anira.benchmarks;

import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * What one small operation costs besides its arithmetic: microseconds per operation on a float32
 * tensor of 16 elements and one thread, without gradients and with them recorded; the least of many
 * rounds, so that what else the machine does counts little. The argument is the backend.
 */
final class OperationCost {

    /** Operations of one run of a program. */
    private static final int OPERATIONS = 1000;

    private static final int ROUNDS = 400;

    /** Nanoseconds of the last run's operations alone, without the way back. */
    private static long passed;

    private OperationCost() {}

    /** Prints the costs. */
    public static void main(String[] arguments) {
        BackendProvider backend = new BuiltIn().backend(arguments[0]);
        Settings settings =
                Settings.of("backend", backend.options(), Map.of("device", "cpu", "threads", 1));
        try (Session session = backend.open(settings)) {
            session.define(Parameter.constant("w", 1, 16), MemorySegment.ofArray(new float[16]));
            print(session, "tanh", Tensor::tanh);
            print(session, "multiply", x -> x.multiply(x));
            print(session, "add", x -> x.add(x));
            print(session, "reshape", x -> x.reshape(16));
            print(session, "softmax", x -> x.softmax(-1));
        }
    }

    /** An operation that keeps the shape. */
    @FunctionalInterface
    private interface Operation {
        Tensor apply(Tensor x);
    }

    private static void print(Session session, String name, Operation operation) {
        System.out.printf(
                "%-10s %5.2f µs without gradients, %5.2f µs with%n",
                name,
                least(session, chain(operation, false), false),
                least(session, chain(operation, true), true));
    }

    /** Returns a program of many operations, each on the result of the one before. */
    private static Program chain(Operation operation, boolean recorded) {
        return (ops, inputs) -> {
            Tensor x = recorded ? ops.parameter("w") : inputs.getFirst();
            long start = System.nanoTime();
            for (int i = 0; i < OPERATIONS; i++) {
                x = operation.apply(x);
            }
            passed = System.nanoTime() - start;
            return List.of(x.sum());
        };
    }

    private static double least(Session session, Program program, boolean recorded) {
        double least = Double.POSITIVE_INFINITY;
        try (Executable executable =
                session.compile(program, List.of(Input.of("x", DType.FLOAT32, 16)))) {
            for (int round = 0; round < ROUNDS; round++) {
                try (Scope _ = session.scope()) {
                    List<Tensor> inputs = List.of(session.tensor(new float[16], 16));
                    if (recorded) {
                        executable.differentiate(inputs);
                    } else {
                        executable.run(inputs);
                    }
                }
                least = Math.min(least, passed * 1e-3 / OPERATIONS);
            }
        }
        session.clearGradients();
        return least;
    }
}
