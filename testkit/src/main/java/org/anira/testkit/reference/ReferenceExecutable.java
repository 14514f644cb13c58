package org.anira.testkit.reference;

import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;

import java.util.List;

/** A program of a {@link ReferenceSession}: its body is called each time. */
final class ReferenceExecutable implements Executable {

    private final ReferenceSession session;
    private final Program program;
    private final List<Input> inputs;
    private boolean closed;

    ReferenceExecutable(ReferenceSession session, Program program, List<Input> inputs) {
        this.session = session;
        this.program = program;
        this.inputs = inputs;
    }

    @Override
    public List<Tensor> run(List<Tensor> values) {
        session.check();
        if (closed) {
            throw new IllegalStateException("the executable is closed");
        }
        requireFit(values);
        session.beginRun();
        ReferenceOps ops = new ReferenceOps(session);
        try (ReferenceScope inside = session.open()) {
            List<Tensor> outputs = program.body(ops, List.copyOf(values));
            return outputs.stream().map(output -> (Tensor) inside.release(output)).toList();
        } finally {
            ops.end();
        }
    }

    private void requireFit(List<Tensor> values) {
        if (values.size() != inputs.size()) {
            throw ReferenceTensor.misfit(
                    "%d inputs are given, expected %d: %s"
                            .formatted(
                                    values.size(),
                                    inputs.size(),
                                    inputs.stream().map(Input::name).toList()));
        }
        for (int i = 0; i < inputs.size(); i++) {
            Input expected = inputs.get(i);
            ReferenceTensor value = session.own(values.get(i));
            List<Long> sizes = value.shape();
            boolean fits =
                    value.type() == expected.type() && sizes.size() == expected.axes().size();
            for (int axis = 0; fits && axis < sizes.size(); axis++) {
                long wanted = expected.axes().get(axis);
                fits = wanted == -1 || wanted == sizes.get(axis);
            }
            if (!fits) {
                throw ReferenceTensor.misfit(
                        "input '%s' is %s, expected %s%s (−1 varies)"
                                .formatted(
                                        expected.name(), value, expected.type(), expected.axes()));
            }
        }
    }

    @Override
    public List<Tensor> differentiate(List<Tensor> values) {
        throw ReferenceSession.untrained("differentiate");
    }

    @Override
    public void close() {
        closed = true;
    }
}
