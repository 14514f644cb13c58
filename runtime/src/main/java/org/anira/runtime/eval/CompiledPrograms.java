package org.anira.runtime.eval;

import org.anira.api.PluginException;
import org.anira.api.tensor.Executable;

import java.util.Optional;

/** The programs of a model on a session. */
record CompiledPrograms(
        Executable frozen,
        Optional<Executable> free,
        Optional<Decoder> continuing,
        boolean skipping)
        implements Programs {

    @Override
    public Decoder decoder() {
        return continuing.orElseThrow(() ->
                new PluginException(
                        "PLG-014",
                        "The model's halting mechanism is not row-wise and causal, so that nothing"
                                + " can be decoded token by token. Use another mechanism, or a task"
                                + " whose answers have one token."));
    }

    @Override
    public boolean decodes() {
        return continuing.isPresent();
    }

    @Override
    public void close() {
        frozen.close();
        free.ifPresent(Executable::close);
        continuing.ifPresent(Decoder::close);
    }
}
