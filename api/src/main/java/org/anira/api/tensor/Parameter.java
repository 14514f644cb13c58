package org.anira.api.tensor;

import org.anira.api.BackendException;
import org.anira.api.PublicApi;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The declaration of a trainable float32 tensor: its name, its shape and the distribution of its
 * initial values.
 *
 * @param name dotted, lower case, unique in a model, such as {@code recurrent.0.attention.query}
 * @param shape sizes of its axes; a linear map from {@code in} to {@code out} is [out, in]
 * @param init the distribution of its initial values
 */
@PublicApi(since = "0.1")
public record Parameter(String name, List<Long> shape, Init init) {

    /** The distribution of initial values. */
    public sealed interface Init {
        /** Every element the same. */
        record Constant(double value) implements Init {}

        /** Independent normal draws with mean 0. */
        record Normal(double deviation) implements Init {}
    }

    public Parameter {
        shape = List.copyOf(shape);
        if (shape.stream().anyMatch(size -> size < 1)) {
            throw new IllegalArgumentException(
                    "parameter '%s' has shape %s; sizes must be at least 1".formatted(name, shape));
        }
    }

    /** Returns a parameter whose elements are all initialised to {@code value}. */
    public static Parameter constant(String name, double value, long... shape) {
        return new Parameter(name, Arrays.stream(shape).boxed().toList(), new Init.Constant(value));
    }

    /** Returns a parameter drawn from N(0, deviation²). */
    public static Parameter normal(String name, double deviation, long... shape) {
        return new Parameter(
                name, Arrays.stream(shape).boxed().toList(), new Init.Normal(deviation));
    }

    /** Returns a linear map [out, in] drawn from N(0, scale² / in). */
    public static Parameter linear(String name, int out, int in, double scale) {
        return normal(name, scale / Math.sqrt(in), out, in);
    }

    /** Returns the number of elements. */
    public long size() {
        long size = 1;
        for (long axis : shape) {
            size = Math.multiplyExact(size, axis);
        }
        return size;
    }

    /** Returns the number of bytes of its elements. */
    public long bytes() {
        return Math.multiplyExact(size(), Float.BYTES);
    }

    /**
     * Throws if a segment does not have the size of its elements.
     *
     * @param values to be read or written in whole
     * @throws BackendException SHP-001, naming the parameter and both sizes
     */
    public void require(MemorySegment values) {
        if (values.byteSize() != bytes()) {
            throw new BackendException(
                    "SHP-001",
                    "Parameter '%s' of shape %s has %d elements of 4 bytes, but a segment of %d bytes was given."
                            .formatted(name, shape, size(), values.byteSize()));
        }
    }

    /** Returns whether it has two axes or more: weight decay applies to such parameters only. */
    public boolean isMatrix() {
        return shape.size() >= 2;
    }
}
