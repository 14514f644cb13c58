package org.anira.backend.onnx;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.ShapedOps;
import org.anira.backend.floor.ShapedTensor;

import java.util.List;

/** What a graph asks for besides the methods of its tensors, as nodes. */
final class OnnxOps extends ShapedOps {

    private final Lowering lowering;
    private final OnnxOperations operations;

    OnnxOps(Lowering lowering, OnnxOperations operations) {
        super(lowering);
        this.lowering = lowering;
        this.operations = operations;
    }

    /** The row of token 0 stands for none, so that no kernel meets an empty operand. */
    @Override
    protected ActiveRows rows(ShapedTensor active) {
        OnnxValue mask = lowering.own(active);
        Tensor flat = mask.reshape(-1); // [B · T]
        OnnxValue length = operations.size(mask, 1);
        OnnxValue sequences = operations.size(mask, 0);
        OnnxValue tokens = lowering.own(sequences.multiply(length));
        OnnxValue every = operations.range(tokens, -1);
        Tensor first = every.equalTo(integer(0)).and(operations.any(mask).not());
        OnnxValue token =
                operations.squeeze(
                        operations.nodeOf(
                                "NonZero",
                                DType.INT64,
                                new long[] {1, -1},
                                lowering.own(flat.or(first))),
                        0); // [R]
        Tensor row = flat.cast(DType.INT64).cumulativeSum(0).add(-1);
        Tensor inverse = reshapeAs(row.add(tokens).where(flat, every), mask);
        OnnxValue counts = lowering.own(mask.cast(DType.INT64).sum(1)); // [B]
        OnnxValue begin = operations.cumulativeSum(counts, 0, true);
        OnnxValue most =
                operations.nodeOf(
                        "Max",
                        DType.INT64,
                        new long[0],
                        operations.max(counts),
                        lowering.scalar(1)); // Q
        OnnxValue rows = operations.size(token, 0);
        OnnxValue query =
                operations.nodeOf(
                        "Min",
                        DType.INT64,
                        new long[] {mask.sizes()[0], -1},
                        lowering.own(begin.unsqueeze(-1).add(operations.range(most, -1))),
                        lowering.own(rows.add(-1)));
        OnnxValue sequence = operations.nodeOf("Div", DType.INT64, new long[] {-1}, token, length);
        Tensor place =
                sequence.multiply(most)
                        .add(operations.range(rows, -1))
                        .subtract(begin.lookup(sequence));
        return new ActiveRows(token, inverse, query, place);
    }

    private OnnxValue reshapeAs(Tensor tensor, OnnxValue like) {
        return operations.nodeOf(
                "Reshape",
                tensor.type(),
                like.sizes(),
                lowering.own(tensor),
                operations.shape(like, 0, like.rank()));
    }

    @Override
    protected List<Tensor> steps(int first, int last, List<ShapedTensor> carry, Body body) {
        throw new IllegalStateException("a loop is lowered from its graph");
    }
}
