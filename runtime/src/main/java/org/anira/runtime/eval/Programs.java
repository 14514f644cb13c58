package org.anira.runtime.eval;

import org.anira.api.tensor.Session;
import org.anira.runtime.model.EvaluationProgram;
import org.anira.runtime.model.ExitProgram;
import org.anira.runtime.model.NamedProgram;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.Optional;

/**
 * What an evaluation and a continuation run: one model with one rule, compiled on a session or
 * loaded from a file. Belongs to the session's thread; closing closes all.
 */
public interface Programs extends AutoCloseable {

    /**
     * Computes a pass over whole samples.
     *
     * @return tensors of the innermost open scope; with the distributions if these programs were
     *     made to give them
     */
    EvaluationProgram.Result evaluate(EvaluationProgram.Feed feed);

    /** Returns the exits with forced depths, for passes in which no token stops early. */
    Optional<NamedProgram.Compiled<ExitProgram.Feed, ExitProgram.Result>> free();

    /**
     * Returns what continues sequences, which stays this object's.
     *
     * @throws org.anira.api.DataException EXP-002 if those of a file cannot
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
