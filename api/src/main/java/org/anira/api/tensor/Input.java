package org.anira.api.tensor;

import java.util.List;

/**
 * One input of a program.
 *
 * @param name for messages and exported graphs
 * @param type the type of its elements
 * @param axes one entry per axis: a size, or −1 where the size varies from call to call
 */
public record Input(String name, DType type, List<Long> axes) {

    public Input {
        axes = List.copyOf(axes);
    }

    /** Returns an input with these axes, −1 where a size varies. */
    public static Input of(String name, DType type, long... axes) {
        return new Input(name, type, java.util.Arrays.stream(axes).boxed().toList());
    }
}
