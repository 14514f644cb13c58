package org.anira.runtime.model;

import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;

import java.util.List;

/** The program that doubles the places of pages; those that were there stay as they are. */
public final class GrowthProgram extends NamedProgram<GrowthProgram.Some, GrowthProgram.Some> {

    private final List<Input> inputs;

    /** Some pages, [N, …] each. */
    public record Some(List<Tensor> tensors) implements TensorGroup {}

    /** Describes the program. @param like pages of the types and axes that it will be given */
    public GrowthProgram(List<Tensor> like) {
        inputs = Pages.inputs(like);
    }

    @Override
    public List<Input> inputs() {
        return inputs;
    }

    @Override
    Some feed(GroupReader in) {
        return new Some(in.rest());
    }

    @Override
    Some result(GroupReader out) {
        return new Some(out.rest());
    }

    @Override
    Some compute(Ops ops, Some feed) {
        return new Some(
                feed.tensors().stream().map(each -> ops.concat(0, List.of(each, each))).toList());
    }
}
