package org.anira.api.tensor;

import org.anira.api.PublicApi;

import java.util.List;

/**
 * A pure function from tensors to tensors. See the package for the three rules that a body must
 * follow.
 */
@FunctionalInterface
@PublicApi(since = "0.1")
public interface Program {

    /**
     * Computes the outputs.
     *
     * @param ops the operations besides the methods of {@link Tensor}; valid during the call only
     * @param inputs the inputs of {@link Executable#run}, in the same order
     * @return the outputs; the first is a float32 scalar if the program is to be differentiated
     */
    List<Tensor> body(Ops ops, List<Tensor> inputs);
}
