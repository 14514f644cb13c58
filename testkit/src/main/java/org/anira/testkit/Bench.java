package org.anira.testkit;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.reference.ReferenceBackend;

import java.util.ArrayList;
import java.util.List;

/** A session with an open scope, on which a test runs programs. Closing it closes both. */
final class Bench implements AutoCloseable {

    final Session session;
    final Scope scope;

    Bench(Session session) {
        this.session = session;
        scope = session.scope();
    }

    /** Opens a bench of the reference backend. */
    static Bench reference() {
        return new Bench(ReferenceBackend.session());
    }

    /** Returns the outputs of a program. */
    List<Numbers> run(Program program, Numbers... inputs) {
        return call(program, List.of(inputs), false);
    }

    /**
     * Returns the outputs of a program; the gradient of the first is added to those of the
     * parameters.
     */
    List<Numbers> differentiate(Program program, Numbers... inputs) {
        return call(program, List.of(inputs), true);
    }

    private List<Numbers> call(Program program, List<Numbers> inputs, boolean differentiate) {
        try (Scope _ = session.scope();
                Executable executable = session.compile(program, declare(inputs))) {
            List<Tensor> given = inputs.stream().map(input -> input.on(session)).toList();
            List<Tensor> outputs =
                    differentiate ? executable.differentiate(given) : executable.run(given);
            return outputs.stream().map(output -> Numbers.read(session, output)).toList();
        }
    }

    static List<Input> declare(List<Numbers> inputs) {
        List<Input> declared = new ArrayList<>();
        for (Numbers input : inputs) {
            declared.add(input.input("x" + declared.size()));
        }
        return declared;
    }

    /** Defines a parameter with these values. */
    void define(String name, Numbers values) {
        session.define(Parameter.constant(name, 0, values.sizes()), values.narrow());
    }

    /** Returns what a slot of a parameter holds. */
    Numbers read(String name, Slot slot) {
        Parameter parameter =
                session.parameters().stream()
                        .filter(candidate -> candidate.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        float[] values = session.read(name, slot);
        long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
        return Numbers.of(DType.FLOAT32, shape, i -> values[i]);
    }

    @Override
    public void close() {
        session.close();
    }
}
