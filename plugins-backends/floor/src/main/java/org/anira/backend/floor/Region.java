package org.anira.backend.floor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A set of tensors that are freed together. Each live tensor belongs to exactly one region. */
public final class Region {

    private final Region around;

    /** Those that it owns, and some that it no longer owns or that were freed early. */
    private final List<HeldTensor> tensors = new ArrayList<>();

    /** The number of tensors at which the list is next cleared of those. */
    private int full = 64;

    /** Makes an empty region outside of all others. */
    public Region() {
        this.around = this;
    }

    /** Makes an empty region. @param around the region outside it */
    Region(Region around) {
        this.around = around;
    }

    /** Returns the region outside it; none for the outermost and for those apart. */
    Optional<Region> around() {
        return around == this ? Optional.empty() : Optional.of(around);
    }

    /** Returns whether it owns a tensor. */
    boolean owns(HeldTensor tensor) {
        return tensor.region == this;
    }

    /** Takes a tensor, from the region that owned it if there is one. */
    void adopt(HeldTensor tensor) {
        if (tensors.size() >= full) {
            tensors.removeIf(each -> !owns(each) || each.isFreed());
            full = Math.max(full, 2 * tensors.size());
        }
        tensor.region = this;
        tensors.add(tensor);
    }

    /** Moves all tensors to another region. */
    void moveTo(Region other) {
        for (HeldTensor tensor : tensors) {
            if (owns(tensor)) {
                other.adopt(tensor);
            }
        }
        tensors.clear();
    }

    /** Frees the tensors that it still owns. */
    void free() {
        for (HeldTensor tensor : tensors) {
            if (owns(tensor)) {
                tensor.free();
            }
        }
        tensors.clear();
    }
}
