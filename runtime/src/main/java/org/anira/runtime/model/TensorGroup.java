package org.anira.runtime.model;

import org.anira.api.tensor.Tensor;

import java.util.List;

/** Tensors with names, which a backend takes and gives as a list. */
public interface TensorGroup {

    /** Returns the tensors in the order of their names; absent ones are skipped. */
    List<Tensor> tensors();
}
