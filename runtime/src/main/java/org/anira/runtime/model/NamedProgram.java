package org.anira.runtime.model;

import org.anira.api.BackendException;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Form;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;

import java.util.List;
import java.util.Optional;

/**
 * A program of a model with a name for each input and result. A subclass declares the inputs, lists
 * and reads them in that order, and computes the result; no other code depends on the order.
 *
 * @param <F> its inputs
 * @param <R> its results
 */
public abstract class NamedProgram<F extends TensorGroup, R extends TensorGroup> {

    /** Returns the declarations of its inputs, in the order of {@link TensorGroup#tensors}. */
    public abstract List<Input> inputs();

    /** Reads what {@link #inputs} declares. */
    abstract F feed(GroupReader in);

    /** Computes the result. */
    abstract R compute(Ops ops, F feed);

    /** Reads what the result lists. */
    abstract R result(GroupReader out);

    /** Returns the program without names, for backends. */
    public final Program program() {
        return (ops, inputs) -> {
            GroupReader in = new GroupReader(inputs);
            F feed = feed(in);
            in.end();
            return compute(ops, feed).tensors();
        };
    }

    /** Compiles the program; close the result, or the session will. */
    public final Compiled<F, R> compile(Session session) {
        return on(session.compile(program(), inputs()));
    }

    /**
     * Wraps an executable of this program, with named inputs and results. Closing closes the
     * executable.
     */
    public final Compiled<F, R> on(Executable executable) {
        return new Compiled<>(this, executable);
    }

    /**
     * A program compiled for a session, to whose thread it belongs.
     *
     * @param <F> its inputs
     * @param <R> its results
     */
    public static final class Compiled<F extends TensorGroup, R extends TensorGroup>
            implements AutoCloseable {

        private final NamedProgram<F, R> program;
        private final Executable executable;

        private Compiled(NamedProgram<F, R> program, Executable executable) {
            this.program = program;
            this.executable = executable;
        }

        /**
         * Computes the result, without recording gradients.
         *
         * @return tensors of the innermost open scope
         * @throws BackendException SHP-001 if the feed does not fit
         */
        public R run(F feed) {
            return named(executable.run(feed.tensors()));
        }

        /**
         * Computes the result, and adds the gradient of its first tensor, a scalar, to that of
         * every parameter.
         *
         * @return tensors of the innermost open scope
         * @throws BackendException BKD-002 if the backend does not train, SHP-001 as for {@link
         *     #run}
         */
        public R differentiate(F feed) {
            return named(executable.differentiate(feed.tensors()));
        }

        /** Makes ready for {@link #differentiate}, as {@link Executable#prepare} says. */
        public Form prepare(Optional<Form.Kind> wanted) {
            return executable.prepare(wanted);
        }

        private R named(List<Tensor> tensors) {
            GroupReader out = new GroupReader(tensors);
            R result = program.result(out);
            out.end();
            return result;
        }

        @Override
        public void close() {
            executable.close();
        }
    }
}
