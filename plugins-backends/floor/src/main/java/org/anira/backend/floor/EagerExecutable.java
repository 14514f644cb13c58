package org.anira.backend.floor;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;

/** A program whose body is called at each run. */
public class EagerExecutable extends OpenExecutable {

    private final EagerSession session;
    private final Program program;
    private final List<Input> inputs;
    private final EagerOps ops;

    /** Makes one of a session. */
    public EagerExecutable(EagerSession session, Program program, List<Input> inputs) {
        super(session);
        this.session = session;
        this.program = program;
        this.inputs = List.copyOf(inputs);
        ops = new EagerOps(session);
    }

    @Override
    protected final List<Input> inputs() {
        return inputs;
    }

    @Override
    public final List<Tensor> run(List<Tensor> given) {
        check(given);
        Region inside = session.enter();
        try {
            List<Tensor> outputs = List.copyOf(program.body(ops, given));
            session.leave(inside);
            return outputs.stream().map(this::detached).toList();
        } finally {
            session.leave(inside);
            inside.free();
        }
    }

    @Override
    public List<Tensor> differentiate(List<Tensor> given) {
        check(given);
        List<Tensor> results = new ArrayList<>();
        session.recordGradients(() -> differentiate(given, results));
        return List.copyOf(results);
    }

    private void differentiate(List<Tensor> given, List<Tensor> results) {
        Region inside = session.enter();
        Region loss = new Region();
        try {
            List<Tensor> outputs = List.copyOf(program.body(ops, given));
            EagerTensor scalar = scalar(outputs);
            session.leave(inside);
            outputs.forEach(output -> results.add(detached(output)));
            // Tensors that the backward pass does not need are freed before it, the others during
            // it.
            if (inside.owns(scalar)) {
                loss.adopt(scalar);
            }
            inside.free();
            session.differentiate(scalar);
        } finally {
            session.leave(inside);
            inside.free();
            loss.free();
        }
    }

    /** Returns an output as a tensor of the innermost region, without history. */
    private Tensor detached(Tensor output) {
        EagerTensor tensor = session.own(output);
        return session.made(tensor.type(), tensor.sizes(), session.detached(tensor));
    }

    private EagerTensor scalar(List<Tensor> outputs) {
        if (!outputs.isEmpty()) {
            EagerTensor first = session.own(outputs.getFirst());
            if (first.type() == DType.FLOAT32 && first.rank() == 0) {
                return first;
            }
        }
        throw new BackendException(
                "SHP-001",
                "The first output of a program to differentiate must be a FLOAT32 scalar; the"
                        + " outputs are "
                        + outputs);
    }

    @Override
    protected void release() {
        // Nothing was compiled.
    }
}
