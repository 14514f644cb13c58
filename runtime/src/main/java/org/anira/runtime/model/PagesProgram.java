package org.anira.runtime.model;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.config.ModelSettings;
import org.anira.runtime.config.ModelSettings.Precision;

import java.util.List;
import java.util.stream.IntStream;

/** The program that makes empty pages. */
public final class PagesProgram extends NamedProgram<PagesProgram.Feed, Pages> {

    private final RecurrentTransformer model;
    private final String rule;

    /**
     * The program's inputs, INT64, of which only the sizes count.
     *
     * @param layers [N]
     * @param steps [M]
     * @param states [K]
     */
    public record Feed(Tensor layers, Tensor steps, Tensor states) implements TensorGroup {
        @Override
        public List<Tensor> tensors() {
            return List.of(layers, steps, states);
        }
    }

    /** Describes the program. @param rule one of the mechanism's inference rules */
    public PagesProgram(RecurrentTransformer model, String rule) {
        this.model = model;
        this.rule = rule;
    }

    @Override
    public List<Input> inputs() {
        return List.of(
                Input.of("layers", DType.INT64, -1),
                Input.of("steps", DType.INT64, -1),
                Input.of("states", DType.INT64, -1));
    }

    @Override
    Feed feed(GroupReader in) {
        return new Feed(in.next(), in.next(), in.next());
    }

    @Override
    Pages result(GroupReader out) {
        return Pages.read(out, model.settings());
    }

    @Override
    Pages compute(Ops ops, Feed feed) {
        ModelSettings settings = model.settings();
        Tensor h0 = ops.zeros(feed.states(), DType.FLOAT32, settings.width());
        List<Tensor> begun = model.mechanism().inference(rule).begin(ops, h0);
        return new Pages(
                pairs(ops, feed.layers(), settings.prelude() + settings.coda()),
                pairs(ops, feed.steps(), settings.recurrent()),
                new Pages.States(
                        h0,
                        ops.zeros(feed.states(), DType.FLOAT32, settings.width()),
                        ops.zeros(
                                feed.states(), DType.FLOAT32, Math.max(1, settings.maxDepth() - 1)),
                        apart(begun),
                        apart(begun)));
    }

    private List<KeysValues> pairs(Ops ops, Tensor places, int count) {
        ModelSettings settings = model.settings();
        DType type = settings.precision() == Precision.BFLOAT16 ? DType.BFLOAT16 : DType.FLOAT32;
        long heads = settings.heads();
        long size = settings.width() / heads;
        return IntStream.range(0, count)
                .mapToObj(_ ->
                        new KeysValues(
                                ops.zeros(places, type, heads, size),
                                ops.zeros(places, type, heads, size)))
                .toList();
    }

    /** Returns tensors with memory of their own, since each page is written. */
    private static List<Tensor> apart(List<Tensor> tensors) {
        return tensors.stream().map(each -> each.add(0)).toList();
    }
}
