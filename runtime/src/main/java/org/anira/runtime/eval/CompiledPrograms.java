package org.anira.runtime.eval;

import org.anira.api.PluginException;
import org.anira.api.tensor.Session;
import org.anira.runtime.config.Use;
import org.anira.runtime.model.EvaluationProgram;
import org.anira.runtime.model.ExitProgram;
import org.anira.runtime.model.NamedProgram.Compiled;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.Optional;

/** The programs of a model on a session. */
final class CompiledPrograms implements Programs {

    private final Compiled<EvaluationProgram.Feed, EvaluationProgram.Result> evaluation;
    private final Compiled<ExitProgram.Feed, ExitProgram.Result> free;
    private final Optional<Decoder> decoder;
    private final boolean skipping;

    CompiledPrograms(
            Session session,
            RecurrentTransformer model,
            String rule,
            boolean skipping,
            boolean distributions) {
        this.skipping = skipping;
        evaluation = new EvaluationProgram(model, rule, skipping, distributions).compile(session);
        free = new ExitProgram(model, rule, false, true).compile(session);
        decoder =
                Use.DECODING.isAllowedBy(model.mechanism())
                        ? Optional.of(Decoder.of(session, model, rule, skipping))
                        : Optional.empty();
    }

    @Override
    public EvaluationProgram.Result evaluate(EvaluationProgram.Feed feed) {
        return evaluation.run(feed);
    }

    @Override
    public Optional<Compiled<ExitProgram.Feed, ExitProgram.Result>> free() {
        return Optional.of(free);
    }

    @Override
    public Decoder decoder() {
        return decoder.orElseThrow(() ->
                new PluginException(
                        "PLG-014",
                        "The model's halting mechanism is not row-wise and causal, so that nothing"
                                + " can be decoded token by token. Use another mechanism, or a task"
                                + " whose answers have one token."));
    }

    @Override
    public boolean decodes() {
        return decoder.isPresent();
    }

    @Override
    public boolean skipping() {
        return skipping;
    }

    @Override
    public void close() {
        evaluation.close();
        free.close();
        decoder.ifPresent(Decoder::close);
    }
}
