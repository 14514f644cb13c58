package org.anira.runtime.run;

import org.anira.api.tensor.Slot;

import java.lang.foreign.MemorySegment;

/** Where a checkpoint's tensors come from, as {@link org.anira.api.tensor.Session#read} is one. */
@FunctionalInterface
public interface SlotReader {

    /**
     * Tells what a slot of a parameter holds.
     *
     * @param into float32 in native order, row-major, of the parameter's size; written, in whole
     */
    void read(String parameter, Slot slot, MemorySegment into);
}
