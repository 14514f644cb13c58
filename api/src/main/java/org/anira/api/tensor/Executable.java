package org.anira.api.tensor;

import org.anira.api.BackendException;
import org.anira.api.Experimental;
import org.anira.api.PublicApi;

import java.util.List;
import java.util.Optional;

/** A program compiled for a session. */
@Experimental
@PublicApi(since = "0.1")
public interface Executable extends AutoCloseable {

    /**
     * Computes the outputs, without recording gradients.
     *
     * @param inputs tensors of the session, with the ranks, types and fixed sizes of the {@link
     *     Input}s compiled for
     * @return the outputs; they belong to the innermost open scope
     * @throws BackendException SHP-001 if an input does not fit, naming it
     */
    List<Tensor> run(List<Tensor> inputs);

    /**
     * Computes the outputs and adds the gradient of the first one, a float32 scalar, to the
     * gradient of every parameter. Gradients add up over calls until {@link Session#update} or
     * {@link Session#clearGradients}.
     *
     * @param inputs as for {@link #run}
     * @return the outputs, detached from the gradient graph; they belong to the innermost open
     *     scope
     * @throws BackendException BKD-002 if the backend lacks {@link Capability#TRAINING}; SHP-001 as
     *     for {@link #run}
     */
    List<Tensor> differentiate(List<Tensor> inputs);

    /**
     * Makes ready for {@link #differentiate}, which does so itself if need be. Compiling may take
     * minutes, of which the session's listener hears. Once made, the choice stays.
     *
     * @param wanted the kind of form to go on with; empty for the backend's choice
     * @return how the program is computed
     * @throws BackendException BKD-006 if that form cannot be had
     */
    default Form prepare(Optional<Form.Kind> wanted) {
        if (wanted.equals(Optional.of(Form.Kind.COMPILED))) {
            throw new BackendException(
                    "BKD-006",
                    "The backend does not compile programs. Use the backend that was used before.");
        }
        return Form.EAGER;
    }

    /** Frees the compiled program; closing twice does nothing. */
    @Override
    void close();
}
