package org.anira.backend.onnx;

import java.util.ArrayList;
import java.util.List;

/** A set of tensors that are freed together. Each live tensor belongs to exactly one region. */
final class Region {

    private final Region around;
    private final List<HeldTensor> tensors = new ArrayList<>();

    /** Makes an empty region. @param around the region outside it, or null for the outermost */
    Region(Region around) {
        this.around = around;
    }

    /** Returns the region outside it. */
    Region around() {
        return around;
    }

    /** Takes a tensor, from the region that owned it if there is one. */
    void adopt(HeldTensor tensor) {
        tensor.region = this;
        tensors.add(tensor);
    }

    /** Frees what was not adopted by another region since. */
    void free() {
        for (HeldTensor tensor : tensors) {
            if (tensor.region == this) {
                tensor.free();
            }
        }
        tensors.clear();
    }
}
