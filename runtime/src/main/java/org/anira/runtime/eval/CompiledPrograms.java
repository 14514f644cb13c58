package org.anira.runtime.eval;

import org.anira.api.tensor.Executable;

import java.util.Optional;

/** The programs of a model on a session. */
record CompiledPrograms(
        Executable frozen, Optional<Executable> free, Decoder decoder, boolean skipping)
        implements Programs {

    @Override
    public boolean decodes() {
        return true;
    }

    @Override
    public void close() {
        frozen.close();
        free.ifPresent(Executable::close);
        decoder.close();
    }
}
