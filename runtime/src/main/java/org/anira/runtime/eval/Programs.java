package org.anira.runtime.eval;

import org.anira.api.tensor.Session;
import org.anira.runtime.model.EvaluationProgram;
import org.anira.runtime.model.ExitProgram;
import org.anira.runtime.model.NamedProgram;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.Optional;

/**
 * The programs that evaluate and continue sequences: one model with one rule, compiled on a session
 * or loaded from a file. Belongs to the session's thread; closing closes all.
 */
public interface Programs extends AutoCloseable {

    /**
     * Computes a pass over whole samples.
     *
     * @return tensors of the innermost open scope; with distributions if these programs were made
     *     to give them
     */
    EvaluationProgram.Result evaluate(EvaluationProgram.Feed feed);

    /** Returns the program of exits with forced depths, for free-running passes. */
    Optional<NamedProgram.Compiled<ExitProgram.Feed, ExitProgram.Result>> free();

    /**
     * Returns the decoder, which this object owns.
     *
     * @throws org.anira.api.DataException EXP-002 if the program of a file cannot decode
     * @throws org.anira.api.PluginException PLG-014 if the halting mechanism does not allow it
     */
    Decoder decoder();

    /** Returns whether there is a decoder. */
    boolean decodes();

    /** Returns whether only active tokens are computed. */
    boolean skipping();

    @Override
    void close();

    /**
     * Compiles a model; the programs decode if its halting mechanism allows it.
     *
     * @param session holds its parameters
     * @param rule one of the mechanism's inference rules
     * @param distributions whether an evaluation gives distributions
     */
    static Programs compile(
            Session session,
            RecurrentTransformer model,
            String rule,
            boolean skipping,
            boolean distributions) {
        return new CompiledPrograms(session, model, rule, skipping, distributions);
    }
}
