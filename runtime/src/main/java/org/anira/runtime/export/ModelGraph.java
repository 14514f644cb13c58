package org.anira.runtime.export;

import org.anira.runtime.model.ExportProgram;
import org.anira.runtime.model.ExtensionProgram;
import org.anira.runtime.model.LogitsProgram;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.Locale;

/** The program of a model that a file holds. All are in the skipping form. */
public enum ModelGraph {
    /** Whole sequences at once: {@link LogitsProgram}. */
    EVALUATION,
    /** Tokens that follow those of a cache, which may be empty: {@link ExtensionProgram}. */
    DECODING;

    /** Returns its name in files. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the program of a model. @param rule one of its mechanism's inference rules */
    ExportProgram<?, ?> program(RecurrentTransformer model, String rule) {
        return this == EVALUATION
                ? new LogitsProgram(model, rule, true, false)
                : new ExtensionProgram(model, rule);
    }
}
