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
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

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
        return run(session, program, inputs);
    }

    /**
     * Returns the outputs of a program whose inputs are declared in their exact shapes, so that a
     * backend that traces knows them.
     */
    List<Numbers> runExactly(Program program, Numbers... inputs) {
        return call(session, program, List.of(inputs), Numbers::exactly, Executable::run);
    }

    /** Returns the outputs of a program on a session. */
    static List<Numbers> run(Session session, Program program, Numbers... inputs) {
        return call(session, program, List.of(inputs), Numbers::input, Executable::run);
    }

    /** Returns what a body of one input gives, as a tensor of the innermost scope. */
    Tensor make(Tensor input, UnaryOperator<Tensor> body) {
        List<Input> declared =
                List.of(new Input("x", input.type(), Collections.nCopies(input.rank(), -1L)));
        try (Executable executable =
                session.compile((_, x) -> List.of(body.apply(x.getFirst())), declared)) {
            return executable.run(List.of(input)).getFirst();
        }
    }

    /**
     * Returns the outputs of a program; the gradient of the first is added to those of the
     * parameters.
     */
    List<Numbers> differentiate(Program program, Numbers... inputs) {
        return call(session, program, List.of(inputs), Numbers::input, Executable::differentiate);
    }

    private static List<Numbers> call(
            Session session,
            Program program,
            List<Numbers> inputs,
            BiFunction<Numbers, String, Input> declaration,
            BiFunction<Executable, List<Tensor>, List<Tensor>> how) {
        try (Scope _ = session.scope();
                Executable executable = session.compile(program, declare(inputs, declaration))) {
            List<Tensor> given = inputs.stream().map(input -> input.on(session)).toList();
            return how.apply(executable, given).stream()
                    .map(output -> Numbers.read(session, output))
                    .toList();
        }
    }

    private static List<Input> declare(
            List<Numbers> inputs, BiFunction<Numbers, String, Input> declaration) {
        List<Input> declared = new ArrayList<>();
        for (Numbers input : inputs) {
            declared.add(declaration.apply(input, "x" + declared.size()));
        }
        return declared;
    }

    /** Defines a parameter with these values. */
    void define(String name, Numbers values) {
        Slots.define(session, Parameter.constant(name, 0, values.sizes()), values.narrow());
    }

    /** Returns what a slot of a parameter holds. */
    Numbers read(String name, Slot slot) {
        Parameter parameter =
                session.parameters().stream()
                        .filter(candidate -> candidate.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        float[] values = Slots.read(session, name, slot);
        long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
        return Numbers.of(DType.FLOAT32, shape, i -> values[i]);
    }

    @Override
    public void close() {
        session.close();
    }
}
