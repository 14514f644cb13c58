package org.anira.api;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.util.List;

class SettingsProblemsTests {

    private final SettingsProblems problems = new SettingsProblems("Task echo");

    @Test
    void withoutProblemsNothingIsThrown() {
        assertDoesNotThrow(problems::report);
    }

    @Test
    void allAreThrownAtOnceALineForEach() {
        problems.add(
                "'least' is 5, above 'most', 4. Raise one or lower the other", "least", "most");
        problems.add("'letters' has 'é'. Did you mean 'e'?", "letters");
        problems.add(new SettingsException("CFG-003", List.of("most"), "'most' is too much"));

        SettingsException thrown = assertThrows(SettingsException.class, problems::report);

        assertEquals("CFG-003", thrown.code());
        assertEquals(List.of("least", "most", "letters"), thrown.settings());
        assertEquals(
                """
                Task echo: 'least' is 5, above 'most', 4. Raise one or lower the other.
                Task echo: 'letters' has 'é'. Did you mean 'e'?
                Task echo: 'most' is too much.\
                """,
                thrown.getMessage());
    }
}
