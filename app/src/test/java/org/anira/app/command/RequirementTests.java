package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.SettingsException;
import org.anira.runtime.run.PointResult;
import org.anira.runtime.statistics.Estimate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

class RequirementTests {

    /**
     * Two points: accuracies 0.5 and 1, depths 2 and 4, expected 2.5 and 4.5, entropies 1 and 0.
     */
    private static final List<PointResult> RESULTS = List.of(result(50, 2, 1), result(100, 4, 0));

    private static PointResult result(long correct, double depth, double crossEntropy) {
        return new PointResult(
                PointResult.SCHEMA,
                10,
                "mode",
                "dense",
                Map.of("L", 1),
                true,
                100,
                correct,
                correct / 100.0,
                0,
                1,
                OptionalDouble.empty(),
                0.5,
                "0",
                crossEntropy,
                new Estimate(depth, depth, depth),
                new Estimate(depth + 0.5, depth, depth + 1),
                depth,
                OptionalDouble.empty(),
                List.of(100L),
                List.of(100L),
                300,
                100,
                100,
                0.1,
                1,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void aTextBecomesMetricRelationAndBound() {
        assertEquals(
                new Requirement("accuracy", ">=", 0.99), Requirement.parse(" accuracy >= 0.99 "));
        assertEquals(new Requirement("depth", "<", 1e1), Requirement.parse("depth<1e1"));
        assertEquals(
                new Requirement("expected-depth", ">", -2), Requirement.parse("expected-depth>-2"));
    }

    @ParameterizedTest
    @CsvSource({
        "accuracy>=0.75, true",
        "accuracy>0.75, false",
        "accuracy<=0.75, true",
        "accuracy<0.75, false",
        "depth<3.1, true",
        "expected-depth>3.4, true",
        "cross-entropy<=0.4, false",
    })
    void theMeanOverThePointsDecides(String text, boolean met) {
        assertEquals(met, Requirement.parse(text).isMetBy(RESULTS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "accuracy",
                "accuracy=1",
                "accuracy>=",
                ">=1",
                "accuracy>=x",
                "accuracy>=NaN",
                "",
                " "
            })
    void anotherFormIsRefused(String text) {
        SettingsException e = assertThrows(SettingsException.class, () -> Requirement.parse(text));

        assertEquals("CFG-007", e.code());
        assertEquals(
                "--require is '%s', expected one of accuracy, depth, expected-depth, cross-entropy, then >=, <=, > or < and a number, such as accuracy>=0.99"
                        .formatted(text),
                e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e", "1e999", ".", "+-1"})
    void whatIsNoFiniteNumberIsRefused(String bound) {
        String text = "accuracy>=" + bound;
        SettingsException e = assertThrows(SettingsException.class, () -> Requirement.parse(text));

        assertEquals(
                "'%s' in --require '%s' is not a finite number".formatted(bound, text),
                e.getMessage());
    }

    @Test
    void anUnknownMetricNamesTheNearest() {
        SettingsException e =
                assertThrows(SettingsException.class, () -> Requirement.parse("acuracy>=1"));

        assertTrue(e.getMessage().contains("Did you mean 'accuracy'?"), e.getMessage());
        assertTrue(e.getMessage().contains("Measured: accuracy, depth"), e.getMessage());
    }

    @Test
    void theExplanationHasWhatWasFoundAndRequired() {
        assertEquals(
                "accuracy over 2 points is 0.7500, required >=0.9",
                Requirement.parse("accuracy>=0.9").explain(RESULTS));
    }

    /** Rounded to four places it would look as if it were enough. */
    @Test
    void aMeanJustBelowTheBoundIsShownInFull() {
        List<PointResult> near = List.of(result(50, 3, 0.98999));

        assertEquals(
                "cross-entropy over 1 points is 0.98999, required >=0.99",
                Requirement.parse("cross-entropy>=0.99").explain(near));
    }

    @Test
    void anUpperCaseMetricNamesTheRightOne() {
        SettingsException e =
                assertThrows(SettingsException.class, () -> Requirement.parse("Accuracy>=1"));

        assertTrue(e.getMessage().contains("Did you mean 'accuracy'?"), e.getMessage());
    }

    @Test
    void aMeanThatIsNoNumberMeetsNothing() {
        List<PointResult> unknown = List.of(result(50, 2, Double.NaN));

        assertFalse(Requirement.parse("cross-entropy<1").isMetBy(unknown));
    }
}
