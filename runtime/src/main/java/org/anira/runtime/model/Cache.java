package org.anira.runtime.model;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ModelSettings.Precision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Keys and values of C earlier tokens, layer by layer, in the type of the model's products.
 *
 * @param prelude [B, C, H, W/H] each
 * @param recurrent by depth, [D, B, C, H, W/H] each: at d the entries that a query at depth d reads
 * @param coda [B, C, H, W/H] each
 */
public record Cache(List<KeysValues> prelude, List<KeysValues> recurrent, List<KeysValues> coda)
        implements TensorGroup {

    /** Returns an empty cache, in the session's innermost scope. */
    static Cache empty(Session session, ModelSettings settings, long size) {
        long heads = settings.heads();
        long head = settings.width() / settings.heads();
        KeysValues none = pair(session, size, 0, heads, head);
        KeysValues noneByDepth = pair(session, settings.maxDepth(), size, 0, heads, head);
        return new Cache(
                same(none, settings.prelude()),
                same(noneByDepth, settings.recurrent()),
                same(none, settings.coda()));
    }

    private static KeysValues pair(Session session, long... shape) {
        return new KeysValues(
                session.tensor(new float[0], shape), session.tensor(new float[0], shape));
    }

    private static List<KeysValues> same(KeysValues pair, int layers) {
        return IntStream.range(0, layers).mapToObj(_ -> pair).toList();
    }

    /** Returns the cache after one operation on each of its tensors. */
    public Cache map(UnaryOperator<Tensor> operation) {
        return new Cache(
                prelude.stream().map(pair -> pair.map(operation)).toList(),
                recurrent.stream().map(pair -> pair.map(operation)).toList(),
                coda.stream().map(pair -> pair.map(operation)).toList());
    }

    @Override
    public List<Tensor> tensors() {
        return new GroupWriter().addPairs(prelude).addPairs(recurrent).addPairs(coda).toList();
    }

    static Cache read(GroupReader in, ModelSettings settings) {
        return new Cache(
                in.pairs(settings.prelude()),
                in.pairs(settings.recurrent()),
                in.pairs(settings.coda()));
    }

    /** Returns the inputs of a model that reads a cache, in the order of {@link #tensors}. */
    static List<Input> inputs(ModelSettings settings) {
        List<Input> inputs = new ArrayList<>();
        RecurrentTransformer.layers("prelude", settings.prelude())
                .forEach(name -> add(inputs, settings, name, -1, -1));
        RecurrentTransformer.layers("recurrent", settings.recurrent())
                .forEach(name -> add(inputs, settings, name, settings.maxDepth(), -1, -1));
        RecurrentTransformer.layers("coda", settings.coda())
                .forEach(name -> add(inputs, settings, name, -1, -1));
        return inputs;
    }

    private static void add(
            List<Input> inputs, ModelSettings settings, String name, long... leading) {
        long[] axes = Arrays.copyOf(leading, leading.length + 2);
        axes[leading.length] = settings.heads();
        axes[leading.length + 1] = settings.width() / settings.heads();
        DType type = settings.precision() == Precision.BFLOAT16 ? DType.BFLOAT16 : DType.FLOAT32;
        Stream.of(".keys", ".values")
                .forEach(half -> inputs.add(Input.of(name + half, type, axes)));
    }
}
