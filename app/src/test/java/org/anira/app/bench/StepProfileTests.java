package org.anira.app.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.anira.api.tensor.Profile;
import org.anira.api.tensor.Profile.Category;
import org.anira.api.tensor.Profile.Entry;
import org.anira.runtime.run.Json;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the time of steps is divided. */
class StepProfileTests {

    /** Two steps of 10 ms each. */
    private static final StepProfile MEASURED =
            new StepProfile(
                    2,
                    0.02,
                    Optional.of(
                            new Profile(
                                    List.of(
                                            new Entry(Category.ELEMENTWISE, "add", 4, 1_000_000),
                                            new Entry(Category.ELEMENTWISE, "not", 4, 20_000),
                                            new Entry(Category.ELEMENTWISE, "and", 8, 40_000),
                                            new Entry(Category.PRODUCT, "matmul", 2, 2_000_000),
                                            new Entry(Category.PRODUCT, "linear", 3, 6_000_000),
                                            new Entry(
                                                    Category.BACKWARD,
                                                    "backward",
                                                    2,
                                                    9_000_000)))));

    private static final StepProfile UNKNOWN = new StepProfile(2, 0.02, Optional.empty());

    @Test
    void categoriesAreByTheirSumAndNamesByTheirTime() {
        assertEquals(
                """
                10.00 ms per step while measured, mean of 2
                part         operation  calls     ms  share
                backward     backward     1.0  4.500  0.450
                product                   2.5  4.000  0.400
                             linear       1.5  3.000  0.300
                             matmul       1.0  1.000  0.100
                elementwise               8.0  0.530  0.053
                             add          2.0  0.500  0.050
                             2 others     6.0  0.030  0.003
                rest                        –  0.970  0.097
                """,
                MEASURED.toString());
    }

    @Test
    void theDocumentHasThePartsOfAStep() {
        Map<String, Object> map = MEASURED.map();
        assertEquals(0.01, map.get("seconds_per_step"));
        assertEquals(0.00097, (double) map.get("rest_seconds_per_step"), 1e-12);
        assertEquals(
                "backward linear matmul add and not",
                String.join(
                        " ",
                        ((List<?>) map.get("entries"))
                                .stream()
                                        .map(each -> ((Map<?, ?>) each).get("name").toString())
                                        .toList()));
    }

    @Test
    void itPassesBetweenProcesses() {
        for (StepProfile each : List.of(MEASURED, UNKNOWN)) {
            assertEquals(each, StepProfile.of(Json.object(Json.line(each.line()))));
        }
    }

    @Test
    void aBackendThatDoesNotMeasureIsSaidToBeOne() {
        assertEquals(
                "not measured: the backend does not say where the time goes\n", UNKNOWN.toString());
        assertEquals(Map.of("steps", 2L, "seconds_per_step", 0.01), UNKNOWN.map());
    }
}
