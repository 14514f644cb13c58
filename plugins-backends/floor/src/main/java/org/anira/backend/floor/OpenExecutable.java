package org.anira.backend.floor;

import org.anira.api.BackendException;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Tensor;

import java.util.List;

/** An executable that checks its inputs, and that it is not closed. */
public abstract class OpenExecutable implements Executable {

    private final OwningSession session;
    private boolean closed;

    /** Makes one of a session. */
    protected OpenExecutable(OwningSession session) {
        this.session = session;
    }

    /** Returns the inputs, in order. */
    protected abstract List<Input> inputs();

    /** Frees the compiled program; called once. */
    protected abstract void release();

    /**
     * Checks the tensors given for the inputs.
     *
     * @throws BackendException BKD-004 if the executable is closed, SHP-001 if something does not
     *     fit
     */
    protected final void check(List<Tensor> given) {
        session.requireUsable();
        if (closed) {
            throw session.refusals()
                    .misuse(
                            "an executable was run after it had closed. Compile the program"
                                    + " again.");
        }
        List<Input> inputs = inputs();
        if (given.size() != inputs.size()) {
            throw new BackendException(
                    "SHP-001",
                    "The program takes %d inputs %s, but %d were given."
                            .formatted(
                                    inputs.size(),
                                    inputs.stream().map(Input::name).toList(),
                                    given.size()));
        }
        for (int i = 0; i < given.size(); i++) {
            HeldTensor tensor = session.own(given.get(i));
            tensor.requireAlive();
            inputs.get(i).require(tensor);
        }
    }

    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            release();
            session.forget(this);
        }
    }
}
