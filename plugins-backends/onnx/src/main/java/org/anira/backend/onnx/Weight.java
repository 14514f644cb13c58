package org.anira.backend.onnx;

import org.anira.api.tensor.Parameter;
import org.anira.backend.floor.Shapes;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An initialiser that holds a parameter.
 *
 * @param name in the graph
 * @param parameter whose values it holds
 * @param transposed whether it holds [in, out] of a parameter [out, in]
 */
record Weight(String name, Parameter parameter, boolean transposed) {

    /** Returns the sizes of its axes. */
    long[] sizes() {
        return Shapes.array(transposed ? parameter.shape().reversed() : parameter.shape());
    }

    /**
     * Returns its elements, row-major: those given, or others in memory that lives as long as the
     * arena.
     *
     * @param values those of the parameter
     */
    MemorySegment values(MemorySegment values, Arena arena) {
        if (!transposed) {
            return values;
        }
        long rows = parameter.shape().get(0);
        long columns = parameter.shape().get(1);
        MemorySegment turned = arena.allocate(parameter.bytes(), Float.BYTES);
        for (long row = 0; row < rows; row++) {
            for (long column = 0; column < columns; column++) {
                turned.setAtIndex(
                        ValueLayout.JAVA_FLOAT,
                        column * rows + row,
                        values.get(
                                ValueLayout.JAVA_FLOAT_UNALIGNED,
                                (row * columns + column) * Float.BYTES));
            }
        }
        return turned;
    }
}
