package org.anira.backend.onnx;

import static org.anira.backend.onnx.Trace.attribute;

import com.google.protobuf.ByteString;

import onnx.Onnx.AttributeProto;
import onnx.Onnx.TensorProto;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a body asks for besides the methods of its tensors, as nodes. */
final class GraphOps implements Ops {

    private final Trace trace;

    GraphOps(Trace trace) {
        this.trace = trace;
    }

    @Override
    public Tensor parameter(String name) {
        return trace.parameter(name);
    }

    @Override
    public Tensor constant(double value) {
        return trace.floats(new float[] {(float) value});
    }

    @Override
    public Tensor integer(long value) {
        return trace.integer(value);
    }

    @Override
    public Tensor constant(float[] values, long... shape) {
        return trace.floats(values, shape);
    }

    @Override
    public Tensor zeros(Tensor like, DType type, long... trailing) {
        GraphTensor model = trace.own(like);
        int bytes = type == DType.FLOAT32 ? Float.BYTES : type == DType.INT64 ? Long.BYTES : 1;
        TensorProto zero =
                TensorProto.newBuilder()
                        .setDataType(Graph.number(type))
                        .addDims(1)
                        .setRawData(ByteString.copyFrom(new byte[bytes]))
                        .build();
        GraphTensor shape = shape(model, 0, model.rank());
        if (trailing.length > 0) {
            shape =
                    trace.node(
                            "Concat",
                            DType.INT64,
                            new long[] {model.rank() + trailing.length},
                            List.of(attribute("axis", 0)),
                            shape,
                            trace.longs(trailing));
        }
        return trace.node(
                "ConstantOfShape",
                type,
                Shapes.join(model.sizes(), trailing),
                List.of(attribute("value", zero)),
                shape);
    }

    @Override
    public Tensor indices(Tensor like, int axis) {
        GraphTensor model = trace.own(like);
        if (axis < -model.rank() || axis >= model.rank()) {
            throw Trace.misfit("indices of axis " + axis, "it has no such axis", model);
        }
        int along = axis < 0 ? axis + model.rank() : axis;
        return range(shape(model, along, along + 1).squeeze(0), model.sizes()[along]);
    }

    /** Returns the sizes of some axes, INT64. */
    private GraphTensor shape(GraphTensor of, int from, int to) {
        return trace.node(
                "Shape",
                DType.INT64,
                new long[] {to - from},
                List.of(attribute("start", from), attribute("end", to)),
                of);
    }

    /** Returns 0, 1, … limit − 1. @param size limit, −1 if it varies */
    private GraphTensor range(GraphTensor limit, long size) {
        return trace.node(
                "Range",
                DType.INT64,
                new long[] {size},
                List.of(),
                trace.integer(0),
                limit,
                trace.integer(1));
    }

    @Override
    public Tensor concat(int axis, List<Tensor> parts) {
        GraphTensor[] tensors = parts.stream().map(trace::own).toArray(GraphTensor[]::new);
        String what = "concat along axis " + axis;
        if (tensors.length == 0) {
            throw Trace.misfit(what, "give one or more", tensors);
        }
        GraphTensor first = tensors[0];
        int along = axis < 0 ? axis + first.rank() : axis;
        long[] sizes = first.sizes().clone();
        boolean fits = along >= 0 && along < first.rank();
        for (int i = 1; fits && i < tensors.length; i++) {
            fits = tensors[i].type() == first.type() && tensors[i].rank() == first.rank();
            for (int j = 0; fits && j < sizes.length; j++) {
                long size = tensors[i].sizes()[j];
                if (j == along) {
                    sizes[j] = sizes[j] < 0 || size < 0 ? -1 : sizes[j] + size;
                } else if (sizes[j] >= 0 && size >= 0 && sizes[j] != size) {
                    fits = false;
                } else {
                    sizes[j] = Math.max(sizes[j], size);
                }
            }
        }
        if (!fits) {
            throw Trace.misfit(what, "types, ranks and other sizes must agree", tensors);
        }
        return trace.node(
                "Concat", first.type(), sizes, List.of(attribute("axis", along)), tensors);
    }

    /** The row of token 0 stands for none, so that no kernel meets an empty operand. */
    @Override
    public ActiveRows activeRows(Tensor active) {
        GraphTensor mask = trace.own(active);
        if (mask.type() != DType.BOOL || mask.rank() != 2) {
            throw Trace.misfit("activeRows", "expected BOOL [B, T]", mask);
        }
        Tensor flat = mask.reshape(-1); // [B · T]
        GraphTensor length = shape(mask, 1, 2).squeeze(0);
        GraphTensor sequences = shape(mask, 0, 1).squeeze(0);
        GraphTensor tokens = (GraphTensor) sequences.multiply(length);
        GraphTensor every = range(tokens, -1);
        Tensor first = every.equalTo(integer(0)).and(any(mask).not());
        GraphTensor token =
                trace.node(
                                "NonZero",
                                DType.INT64,
                                new long[] {1, -1},
                                List.of(),
                                (GraphTensor) flat.or(first))
                        .squeeze(0); // [R]
        Tensor row = flat.cast(DType.INT64).cumulativeSum(0).add(-1);
        Tensor inverse = reshapeAs(row.add(tokens).where(flat, every), mask);
        Tensor counts = mask.cast(DType.INT64).sum(1); // [B]
        GraphTensor begin = ((GraphTensor) counts).cumulativeSum(0, true);
        GraphTensor most =
                trace.node(
                        "Max",
                        DType.INT64,
                        new long[0],
                        List.of(),
                        ((GraphTensor) counts).max(),
                        trace.integer(1)); // Q
        GraphTensor rows = shape(token, 0, 1).squeeze(0);
        GraphTensor query =
                trace.node(
                        "Min",
                        DType.INT64,
                        new long[] {mask.sizes()[0], -1},
                        List.of(),
                        (GraphTensor) begin.unsqueeze(-1).add(range(most, -1)),
                        (GraphTensor) rows.add(-1));
        GraphTensor sequence =
                trace.node("Div", DType.INT64, new long[] {-1}, List.of(), token, length);
        Tensor place =
                sequence.multiply(most).add(range(rows, -1)).subtract(begin.lookup(sequence));
        return new ActiveRows(token, inverse, query, place);
    }

    private GraphTensor reshapeAs(Tensor tensor, GraphTensor like) {
        return trace.node(
                "Reshape",
                tensor.type(),
                like.sizes(),
                List.of(),
                trace.own(tensor),
                shape(like, 0, like.rank()));
    }

    /** Returns whether any is true, a scalar. */
    private GraphTensor any(GraphTensor truths) {
        return (GraphTensor) ((GraphTensor) truths.cast(DType.INT64)).max().cast(DType.BOOL);
    }

    /**
     * One Loop node. The body is traced with the sizes of the carry; where they change from step to
     * step, once more with sizes that vary.
     */
    @Override
    public List<Tensor> loop(int first, int last, List<Tensor> carry, Body body) {
        List<GraphTensor> start = carry.stream().map(trace::own).toList();
        if (start.isEmpty()
                || start.getFirst().type() != DType.BOOL
                || start.getFirst().rank() != 2) {
            throw Trace.misfit(
                    "a loop with the carry",
                    "expected active first, BOOL [B, T]",
                    start.toArray(Tensor[]::new));
        }
        if (last < first) {
            return carry;
        }
        List<long[]> sizes = start.stream().map(GraphTensor::sizes).toList();
        LoopBody traced = new LoopBody(first, start, sizes, body);
        while (!traced.isStable()) {
            traced = new LoopBody(first, start, traced.settled(), body);
        }
        List<String> inputs = new ArrayList<>();
        inputs.add(trace.integer(last - first + 1L).name());
        inputs.add(any(start.getFirst()).name());
        start.forEach(each -> inputs.add(each.name()));
        List<Tensor> results = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < start.size(); i++) {
            String name = trace.fresh("loop");
            outputs.add(name);
            results.add(
                    new GraphTensor(
                            trace,
                            trace.innermost(),
                            name,
                            start.get(i).type(),
                            traced.sizes.get(i)));
        }
        trace.innermost()
                .node("Loop", inputs, outputs, List.of(attribute("body", traced.graph.build())));
        return List.copyOf(results);
    }

    /**
     * The body of a loop as a graph: iteration, condition and carry in, condition and carry out.
     */
    private final class LoopBody {

        final Graph graph = new Graph(trace, trace.innermost(), trace.fresh("body"));
        final List<long[]> sizes;
        private List<GraphTensor> next = List.of();

        LoopBody(int first, List<GraphTensor> start, List<long[]> sizes, Body body) {
            this.sizes = sizes;
            trace.within(graph, () -> trace(first, start, body));
        }

        private GraphTensor input(String kind, DType type, long... shape) {
            GraphTensor tensor = new GraphTensor(trace, graph, trace.fresh(kind), type, shape);
            graph.input(tensor, List.of());
            return tensor;
        }

        private void trace(int first, List<GraphTensor> start, Body body) {
            GraphTensor iteration = input("iteration", DType.INT64);
            input("condition", DType.BOOL);
            List<Tensor> carry = new ArrayList<>();
            for (int i = 0; i < start.size(); i++) {
                carry.add(input("carry", start.get(i).type(), sizes.get(i)));
            }
            next =
                    body.step(iteration.add(first), List.copyOf(carry)).stream()
                            .map(trace::own)
                            .toList();
            boolean same = next.size() == start.size();
            for (int i = 0; same && i < next.size(); i++) {
                same =
                        next.get(i).type() == start.get(i).type()
                                && next.get(i).rank() == start.get(i).rank();
            }
            if (!same) {
                throw Trace.misfit(
                        "a loop with the carry",
                        "its body returns %s; number, types and ranks stay".formatted(next),
                        start.toArray(Tensor[]::new));
            }
            graph.output(any(next.getFirst()));
            next.forEach(graph::output);
        }

        /** Returns the sizes that the carry has before and after the body. */
        List<long[]> settled() {
            List<long[]> settled = new ArrayList<>();
            for (int i = 0; i < next.size(); i++) {
                long[] before = sizes.get(i);
                long[] after = next.get(i).sizes();
                long[] both = new long[before.length];
                Arrays.setAll(both, axis -> Shapes.common(before[axis], after[axis]));
                settled.add(both);
            }
            return settled;
        }

        boolean isStable() {
            List<long[]> settled = settled();
            for (int i = 0; i < settled.size(); i++) {
                if (!Arrays.equals(settled.get(i), sizes.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    @Override
    public Tensor attention(Tensor queries, Tensor keys, Tensor values, AttentionMask mask) {
        GraphTensor q = trace.own(queries);
        GraphTensor k = trace.own(keys);
        GraphTensor v = trace.own(values);
        boolean fits = q.rank() == 4 && k.rank() == 4 && v.rank() == 4;
        for (int axis = 0; fits && axis < 4; axis++) {
            fits =
                    agree(k.sizes()[axis], v.sizes()[axis])
                            && (axis == 2 || agree(q.sizes()[axis], k.sizes()[axis]));
        }
        if (!fits || q.type() != k.type() || q.type() != v.type()) {
            throw Trace.misfit(
                    "attention", "expected [B, H, Q, W/H], [B, H, T, W/H] twice", q, k, v);
        }
        if (!trace.fused()) {
            return Ops.super.attention(queries, keys, values, mask);
        }
        AttributeProto scale = attribute("scale", 1 / Math.sqrt(q.size(-1)));
        return mask.causal()
                ? trace.node(
                        "Attention",
                        q.type(),
                        q.sizes(),
                        List.of(scale, attribute("is_causal", 1)),
                        q,
                        k,
                        v)
                : trace.node(
                        "Attention",
                        q.type(),
                        q.sizes(),
                        List.of(scale),
                        q,
                        k,
                        v,
                        trace.own(mask.bias()));
    }

    private static boolean agree(long left, long right) {
        return left < 0 || right < 0 || left == right;
    }
}
