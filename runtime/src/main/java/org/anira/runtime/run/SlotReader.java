package org.anira.runtime.run;

import org.anira.api.tensor.Slot;

import java.lang.foreign.MemorySegment;

/** Reads the tensors of a checkpoint, such as {@link org.anira.api.tensor.Session#read}. */
@FunctionalInterface
public interface SlotReader {

    /**
     * Copies the contents of a parameter's slot into a segment.
     *
     * @param into float32 in native order, row-major, of the parameter's size; written, in whole
     */
    void read(String parameter, Slot slot, MemorySegment into);
}
