package org.anira.backend.torch;

import org.anira.backend.floor.Device;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The libraries of a piece. The forward pass takes the piece's inputs and gives its outputs, then
 * what is saved for the backward pass.
 *
 * @param forward gives outputs and saved tensors
 * @param backward takes what {@code sources} lists; null where no gradient passes
 * @param outputs the number of the piece's outputs
 * @param saved the number of saved tensors
 * @param sources what the backward pass takes
 * @param gradients the inputs whose gradients the backward pass gives, by their places
 */
record CompiledPiece(
        CompiledLibrary forward,
        CompiledLibrary backward,
        int outputs,
        int saved,
        Source[] sources,
        int[] gradients) {

    /** Something that the backward pass takes: an input, a result, or the gradient of a result. */
    record Source(Kind kind, int index) {
        enum Kind {
            INPUT,
            RESULT,
            GRADIENT
        }

        static Source of(String word) {
            Kind kind =
                    switch (word.charAt(0)) {
                        case 'i' -> Kind.INPUT;
                        case 'o' -> Kind.RESULT;
                        default -> Kind.GRADIENT;
                    };
            return new Source(kind, Integer.parseInt(word.substring(1)));
        }
    }

    /** Loads the libraries of a piece. @param line what {@code compile.py} wrote of it */
    static CompiledPiece load(Path folder, String line, Device device) {
        String[] words = line.split(" ");
        Path own = folder.resolve(words[0]);
        boolean learns = words.length > 3;
        return new CompiledPiece(
                CompiledLibrary.load(own.resolve("forward.so"), device),
                learns ? CompiledLibrary.load(own.resolve("backward.so"), device) : null,
                Integer.parseInt(words[1]),
                Integer.parseInt(words[2]),
                learns
                        ? Arrays.stream(words[3].split(",")).map(Source::of).toArray(Source[]::new)
                        : new Source[0],
                learns
                        ? Arrays.stream(words[4].split(",")).mapToInt(Integer::parseInt).toArray()
                        : new int[0]);
    }

    /** Returns whether the backward pass takes an input, or a result of the forward pass. */
    boolean keeps(Source.Kind kind, int index) {
        return IntStream.range(0, sources.length)
                .anyMatch(i -> sources[i].kind() == kind && sources[i].index() == index);
    }
}
