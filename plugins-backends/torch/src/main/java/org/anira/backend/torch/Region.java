package org.anira.backend.torch;

import java.util.ArrayList;
import java.util.List;

/** A set of tensors that are freed together. Each live tensor belongs to exactly one region. */
final class Region {

    private final Region around;
    private final List<TorchTensor> tensors = new ArrayList<>();

    /**
     * Makes an empty region. @param around the region outside it, or null for the outermost and for
     * detached ones
     */
    Region(Region around) {
        this.around = around;
    }

    /** Returns the region outside it. */
    Region around() {
        return around;
    }

    /** Takes a tensor, from the region that owned it if there is one. */
    void adopt(TorchTensor tensor) {
        tensor.region = this;
        tensors.add(tensor);
    }

    /** Hands everything over to another region. */
    void moveTo(Region other) {
        for (TorchTensor tensor : tensors) {
            if (tensor.region == this) {
                other.adopt(tensor);
            }
        }
        tensors.clear();
    }

    /** Frees what was not adopted by another region since. */
    void free() {
        for (TorchTensor tensor : tensors) {
            if (tensor.region == this) {
                tensor.free();
            }
        }
        tensors.clear();
    }
}
