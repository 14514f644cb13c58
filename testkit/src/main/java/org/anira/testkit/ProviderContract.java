package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.Names;
import org.anira.api.Option;
import org.anira.api.Provider;
import org.junit.jupiter.api.Test;

import java.util.List;

/** What every provider promises: its name, its summary, its options. */
interface ProviderContract {

    /** Returns the provider that is tried. */
    Provider provider();

    /** The name is kebab case and the same each time. */
    @Test
    default void theNameIsKebabCase() {
        assertTrue(Names.isWellFormed(provider().name()), provider().name());
        assertEquals(provider().name(), provider().name());
    }

    /** The summary fits a list. */
    @Test
    default void theSummaryIsOneLineWithoutAPeriod() {
        String summary = provider().summary();
        assertFalse(summary.isBlank(), "the summary is empty");
        assertEquals(1, summary.lines().count(), summary);
        assertFalse(summary.endsWith("."), summary);
    }

    /** Options can be told apart and are explained. */
    @Test
    default void optionsHaveUniqueNamesAndSummaries() {
        List<Option> options = provider().options();
        assertEquals(
                options.size(),
                options.stream().map(Option::name).distinct().count(),
                "option names");
        for (Option option : options) {
            assertFalse(option.summary().isBlank(), () -> option.name() + " has no summary");
            assertFalse(option.summary().endsWith("."), option::summary);
        }
        assertEquals(options, provider().options(), "the options are not the same each time");
    }
}
