package org.anira.api.tensor;

import org.anira.api.BackendException;
import org.anira.api.PublicApi;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One input of a program.
 *
 * @param name for messages and exported graphs
 * @param type the type of its elements
 * @param axes one entry per axis: a size, or −1 where the size varies from call to call
 */
@PublicApi(since = "0.1")
public record Input(String name, DType type, List<Long> axes) {

    public Input {
        axes = List.copyOf(axes);
    }

    /** Returns an input with these axes, −1 where a size varies. */
    public static Input of(String name, DType type, long... axes) {
        return new Input(name, type, Arrays.stream(axes).boxed().toList());
    }

    /**
     * Throws if a tensor cannot be given for this input.
     *
     * @param given a tensor whose sizes are known
     * @throws BackendException SHP-001, naming the input, if type, rank or a fixed size differs
     */
    public void require(Tensor given) {
        List<Long> sizes = given.shape();
        boolean fits =
                given.type() == type
                        && sizes.size() == axes.size()
                        && IntStream.range(0, axes.size())
                                .allMatch(i -> axes.get(i) < 0 || axes.get(i).equals(sizes.get(i)));
        if (!fits) {
            throw new BackendException(
                    "SHP-001",
                    "Input '%s' is %s, expected %s %s (−1: any size)"
                            .formatted(name, given, type, axes));
        }
    }
}
