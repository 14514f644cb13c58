package org.anira.backend.floor;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.Graph.Node;
import org.anira.backend.floor.Graph.Value;
import org.anira.backend.floor.Operation.Constant;
import org.anira.backend.floor.Operation.Loop;
import org.anira.backend.floor.Operation.ParameterValue;
import org.anira.backend.floor.Operation.Whole;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Traces one call of a program's body into a graph. */
final class Recorder implements Interpreter {

    private final Function<String, Parameter> parameters;
    private final Refusals refusals;
    private final boolean bfloat16;
    private final RecordingOps ops = new RecordingOps();
    private Draft innermost = new Draft(Optional.empty());
    private int made;
    private boolean over;

    Recorder(Function<String, Parameter> parameters, Refusals refusals, boolean bfloat16) {
        this.parameters = parameters;
        this.refusals = refusals;
        this.bfloat16 = bfloat16;
    }

    Graph trace(Program program, List<Input> inputs) {
        List<Recorded> arguments =
                inputs.stream()
                        .map(input -> recorded(input.type(), Shapes.array(input.axes())))
                        .toList();
        try {
            List<Tensor> results = program.body(ops, List.copyOf(arguments));
            return innermost.graph(arguments, results.stream().map(this::own).toList());
        } finally {
            over = true;
        }
    }

    /** A graph under construction. @param around the graph that contains its loop */
    private record Draft(Optional<Draft> around, List<Node> nodes) {

        Draft(Optional<Draft> around) {
            this(around, new ArrayList<>());
        }

        /** Returns whether values of another graph may be used in this one. */
        boolean sees(Draft other) {
            return this == other || around.isPresent() && around.get().sees(other);
        }

        Graph graph(List<Recorded> inputs, List<Recorded> outputs) {
            return new Graph(values(inputs), nodes, values(outputs));
        }
    }

    private static List<Value> values(List<Recorded> tensors) {
        return tensors.stream().map(tensor -> tensor.value).toList();
    }

    /** The tensor of a value, as the body sees it. */
    private final class Recorded extends ShapedTensor {

        private final Draft home = innermost;
        private final Value value;

        Recorded(DType type, long... sizes) {
            super(type, sizes);
            value = new Value(made++, type, shape());
        }

        @Override
        protected Interpreter interpreter() {
            return Recorder.this;
        }

        Recorder recorder() {
            return Recorder.this;
        }
    }

    private Recorded recorded(DType type, long... sizes) {
        return new Recorded(type, sizes);
    }

    private void note(Operation operation, List<Recorded> operands, List<Recorded> results) {
        innermost.nodes.add(new Node(operation, values(operands), values(results)));
    }

    /** Records an operation without operands. */
    private Recorded given(Operation operation, DType type, long... sizes) {
        Recorded result = recorded(type, sizes);
        note(operation, List.of(), List.of(result));
        return result;
    }

    @Override
    public Refusals refusals() {
        return refusals;
    }

    @Override
    public Recorded own(Tensor tensor) {
        if (over) {
            throw refusals.misuse(
                    "a tensor was used after its program's body had ended. Return what is needed"
                            + " later.");
        }
        if (!(tensor instanceof Recorded recorded) || recorded.recorder() != this) {
            throw refusals.misuse(
                    "a tensor from outside was used in the body of a program (%s). Make it an input."
                            .formatted(tensor));
        }
        if (!innermost.sees(recorded.home)) {
            throw refusals.misuse(
                    "a tensor made in a loop was used outside of it (%s). Make it part of the carry."
                            .formatted(recorded));
        }
        return recorded;
    }

    @Override
    public Recorded compute(
            Operation.Primitive operation, DType type, long[] sizes, ShapedTensor... operands) {
        List<Recorded> owned = Arrays.stream(operands).map(this::own).toList();
        Recorded result = recorded(type, sizes);
        note(operation, owned, List.of(result));
        return result;
    }

    @Override
    public Recorded parameter(String name) {
        Parameter parameter = parameters.apply(name);
        return given(new ParameterValue(name), DType.FLOAT32, Shapes.array(parameter.shape()));
    }

    @Override
    public Recorded constant(float[] values, long... shape) {
        List<Float> list = IntStream.range(0, values.length).mapToObj(i -> values[i]).toList();
        return given(new Constant(list, Shapes.list(shape)), DType.FLOAT32, shape.clone());
    }

    @Override
    public Recorded scalar(double value) {
        return constant(new float[] {(float) value});
    }

    @Override
    public Recorded scalar(long value) {
        return given(new Whole(value), DType.INT64);
    }

    /** Every operation is recorded as it was called. */
    @Override
    public boolean fuses(Operation.Primitive operation, ShapedTensor... operands) {
        return true;
    }

    @Override
    public boolean hasBfloat16() {
        return bfloat16;
    }

    /** The operations of a body besides the methods of tensors. */
    private final class RecordingOps extends ShapedOps {

        RecordingOps() {
            super(Recorder.this);
        }

        @Override
        protected ActiveRows rows(ShapedTensor mask) {
            Recorded token = recorded(DType.INT64, -1);
            Recorded inverse = recorded(DType.INT64, mask.sizes());
            Recorded query = recorded(DType.INT64, mask.sizes()[0], -1);
            Recorded place = recorded(DType.INT64, -1);
            note(new Operation.Rows(), List.of(own(mask)), List.of(token, inverse, query, place));
            return new ActiveRows(token, inverse, query, place);
        }

        /**
         * Traces the body with the sizes of the carry. If they change from step to step, it is
         * traced again with varying sizes.
         */
        @Override
        protected List<Tensor> steps(int first, int last, List<ShapedTensor> carry, Body body) {
            List<long[]> sizes = carry.stream().map(ShapedTensor::sizes).toList();
            Optional<Graph> settled = Optional.empty();
            while (settled.isEmpty()) {
                Graph step = step(carry, sizes, body);
                List<long[]> both = new ArrayList<>();
                boolean same = true;
                for (int i = 0; i < sizes.size(); i++) {
                    long[] after = Shapes.array(step.outputs().get(i).sizes());
                    both.add(Shapes.common(sizes.get(i), after));
                    same &= Arrays.equals(both.get(i), sizes.get(i));
                }
                settled = same ? Optional.of(step) : Optional.empty();
                sizes = both;
            }
            List<Recorded> results = new ArrayList<>();
            for (int i = 0; i < carry.size(); i++) {
                results.add(recorded(carry.get(i).type(), sizes.get(i)));
            }
            note(
                    new Loop(first, last, settled.get()),
                    carry.stream().map(Recorder.this::own).toList(),
                    results);
            return List.copyOf(results);
        }

        private Graph step(List<ShapedTensor> carry, List<long[]> sizes, Body body) {
            Draft around = innermost;
            innermost = new Draft(Optional.of(around));
            try {
                List<Recorded> inputs = new ArrayList<>();
                inputs.add(recorded(DType.INT64));
                for (int i = 0; i < carry.size(); i++) {
                    inputs.add(recorded(carry.get(i).type(), sizes.get(i)));
                }
                List<Recorded> before = inputs.subList(1, inputs.size());
                List<Tensor> after =
                        next(before, body.step(inputs.getFirst(), List.copyOf(before)));
                return innermost.graph(inputs, after.stream().map(Recorder.this::own).toList());
            } finally {
                innermost = around;
            }
        }
    }
}
