package org.anira.backend.torch;

import org.anira.api.BackendException;
import org.anira.api.Option;
import org.anira.api.Settings;

import java.util.List;
import java.util.Locale;

/** Whether programs are compiled. */
enum Compile {
    /** Where it is possible. */
    AUTO,
    /** Never. */
    OFF,
    /** Always; what cannot be compiled is refused. */
    REQUIRE;

    /** The option. */
    static final Option OPTION =
            Option.choice(
                    "compile",
                    "auto",
                    List.of("auto", "off", "require"),
                    "Whether training programs are compiled before the first step: auto where it"
                            + " is possible, off, or require to refuse what cannot be");

    /** Returns what to throw where it is not possible. @param reason part of a sentence */
    static BackendException impossible(String reason) {
        return new BackendException(
                "BKD-006",
                "Backend 'torch' cannot compile here: %s. Mend that, or set the backend's option compile=off: programs then run eagerly."
                        .formatted(reason));
    }

    static Compile of(Settings settings) {
        return valueOf(settings.text(OPTION.name()).toUpperCase(Locale.ROOT));
    }
}
