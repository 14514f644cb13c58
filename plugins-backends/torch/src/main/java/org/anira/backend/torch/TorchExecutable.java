package org.anira.backend.torch;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;

/** A program, whose body is called anew each time. */
final class TorchExecutable implements Executable {

    private final TorchSession session;
    private final Program program;
    private final List<Input> inputs;
    private final TorchOps ops;
    private boolean closed;

    TorchExecutable(TorchSession session, Program program, List<Input> inputs) {
        this.session = session;
        this.program = program;
        this.inputs = List.copyOf(inputs);
        this.ops = new TorchOps(session);
    }

    @Override
    public List<Tensor> run(List<Tensor> given) {
        check(given);
        Region inside = session.enter();
        try {
            List<Tensor> outputs = List.copyOf(program.body(ops, given));
            session.leave(inside);
            return outputs.stream().map(this::detached).toList();
        } finally {
            session.innermost = inside.around();
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
        Region loss = new Region(null);
        try {
            List<Tensor> outputs = List.copyOf(program.body(ops, given));
            TorchTensor scalar = scalar(outputs);
            session.leave(inside);
            outputs.forEach(output -> results.add(detached(output)));
            // What autograd does not need for the way back is freed before it, the rest on the way.
            if (scalar.region == inside) {
                loss.adopt(scalar);
            }
            inside.free();
            session.backward(scalar);
        } finally {
            session.innermost = inside.around();
            inside.free();
            loss.free();
        }
    }

    /** Returns an output as a tensor of the innermost region, without history. */
    private Tensor detached(Tensor output) {
        TorchTensor tensor = session.own(output);
        return session.made(tensor.type(), tensor.sizes(), tensor.detached());
    }

    private TorchTensor scalar(List<Tensor> outputs) {
        if (!outputs.isEmpty()) {
            TorchTensor first = session.own(outputs.getFirst());
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

    private void check(List<Tensor> given) {
        session.requireUsable();
        if (closed) {
            throw session.misuse(
                    "an executable was run after it had closed. Compile the program again.");
        }
        if (given.size() != inputs.size()) {
            throw new BackendException(
                    "SHP-001",
                    "The program takes %d inputs %s, but %d were given."
                            .formatted(
                                    inputs.size(),
                                    inputs.stream().map(Input::name).toList(),
                                    given.size()));
        }
        for (int i = 0; i < given.size(); i++) {
            TorchTensor tensor = session.own(given.get(i));
            tensor.handle();
            inputs.get(i).require(tensor);
        }
    }

    @Override
    public void close() {
        closed = true;
        session.forget(this);
    }
}
