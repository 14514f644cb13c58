package org.anira.runtime.eval;

import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Session;
import org.anira.runtime.config.Use;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.Optional;

/**
 * What an evaluation and a continuation run: one model with one rule, compiled on a session or
 * loaded from a file. Belongs to the session's thread; closing closes all.
 */
public interface Programs extends AutoCloseable {

    /** Returns the program of {@link RecurrentTransformer#evaluation}, without forced depths. */
    Executable frozen();

    /** Returns the same with forced depths, for passes in which no token stops early. */
    Optional<Executable> free();

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
     */
    static Programs compile(
            Session session, RecurrentTransformer model, String rule, boolean skipping) {
        return new CompiledPrograms(
                session.compile(
                        model.evaluation(rule, skipping, false), model.evaluationInputs(false)),
                Optional.of(
                        session.compile(
                                model.evaluation(rule, false, true), model.evaluationInputs(true))),
                Use.DECODING.isAllowedBy(model.mechanism())
                        ? Optional.of(new Decoder(session, model, rule, skipping))
                        : Optional.empty(),
                skipping);
    }
}
