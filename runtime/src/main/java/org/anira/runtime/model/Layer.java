package org.anira.runtime.model;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ModelSettings.Precision;

import java.util.List;

/**
 * A Transformer layer in the manner of Llama, its weights bound for one run of a program: RMSNorm
 * before each of causal attention (rotary positions) and SwiGLU MLP, no biases. The residual stream
 * is float32; matrix products are computed in the model's precision.
 */
final class Layer {

    /**
     * Standard deviation of initial output weights, relative to 1 / √fan-in. It keeps the residual
     * stream small at depth.
     */
    private static final double OUTPUT_SCALE = 0.4;

    private final Ops ops;
    private final ModelSettings model;
    private final DType type;
    private final Tensor attentionNorm;
    private final Tensor queryKey;
    private final Tensor value;
    private final Tensor output;
    private final Tensor mlpNorm;
    private final Tensor gate;
    private final Tensor up;
    private final Tensor down;

    /** Binds the weights whose names begin with {@code name}. */
    Layer(Ops ops, String name, ModelSettings model) {
        this.ops = ops;
        this.model = model;
        type = model.precision() == Precision.BFLOAT16 ? DType.BFLOAT16 : DType.FLOAT32;
        attentionNorm = ops.parameter(name + ".attention.norm");
        queryKey = ops.parameter(name + ".attention.query-key").cast(type);
        value = ops.parameter(name + ".attention.value").cast(type);
        output = ops.parameter(name + ".attention.output").cast(type);
        mlpNorm = ops.parameter(name + ".mlp.norm");
        gate = ops.parameter(name + ".mlp.gate").cast(type);
        up = ops.parameter(name + ".mlp.up").cast(type);
        down = ops.parameter(name + ".mlp.down").cast(type);
    }

    /**
     * Returns the parameters of a layer. Rows 0 … W − 1 of {@code query-key} make queries, the
     * others keys.
     */
    static List<Parameter> parameters(String name, ModelSettings model) {
        int width = model.width();
        return List.of(
                Parameter.constant(name + ".attention.norm", 1, width),
                Parameter.linear(name + ".attention.query-key", 2 * width, width, 1),
                Parameter.linear(name + ".attention.value", width, width, 1),
                Parameter.linear(name + ".attention.output", width, width, OUTPUT_SCALE),
                Parameter.constant(name + ".mlp.norm", 1, width),
                Parameter.linear(name + ".mlp.gate", model.mlp(), width, 1),
                Parameter.linear(name + ".mlp.up", model.mlp(), width, 1),
                Parameter.linear(name + ".mlp.down", width, model.mlp(), OUTPUT_SCALE));
    }

    /**
     * Queries, keys and values of rows.
     *
     * @param queries […, H, W/H]
     * @param keysValues […, H, W/H] each
     */
    record Heads(Tensor queries, KeysValues keysValues) {}

    /** Returns the heads of the rows. @param x […, W], float32 */
    Heads heads(Tensor x, Rotary rotary) {
        int heads = model.heads();
        Tensor normed = x.rmsNorm(attentionNorm, model.normEpsilon()).cast(type);
        Tensor both = rotary.rotate(ops, split(normed.linear(queryKey), 2 * heads));
        return new Heads(
                both.slice(-2, 0, heads),
                new KeysValues(
                        both.slice(-2, heads, 2 * heads), split(normed.linear(value), heads)));
    }

    /**
     * Returns the rows after attention and MLP.
     *
     * @param x […, W], float32: the rows given to {@link #heads}
     * @param keysValues [B, any, H, W/H] each
     */
    Tensor finish(Tensor x, Tensor queries, KeysValues keysValues, Queries rows) {
        Tensor attended =
                ops.attention(
                                headMajor(rows.bySequence(queries)),
                                headMajor(keysValues.keys()),
                                headMajor(keysValues.values()),
                                rows.mask())
                        .transpose(0, 2, 1, 3)
                        .reshape(0, 0, model.width());
        Tensor middle = x.add(rows.fromSequences(attended).linear(output).cast(DType.FLOAT32));
        Tensor normed = middle.rmsNorm(mlpNorm, model.normEpsilon()).cast(type);
        Tensor hidden = normed.linear(gate).silu().multiply(normed.linear(up));
        return middle.add(hidden.linear(down).cast(DType.FLOAT32));
    }

    private static Tensor headMajor(Tensor tokenMajor) {
        return tokenMajor.transpose(0, 2, 1, 3);
    }

    /** Returns […, n · size] as […, n, size]. */
    private Tensor split(Tensor x, int n) {
        long[] sizes = new long[x.rank() + 1];
        sizes[x.rank() - 1] = n;
        sizes[x.rank()] = model.width() / model.heads();
        return x.reshape(sizes);
    }
}
