package org.anira.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class DoctorReportTests {

    private final DoctorReport findings = new DoctorReport();

    private String text() {
        return findings.toString().replace("\r", "");
    }

    @Test
    void whereAllIsFineThereIsNothingToDo() {
        findings.ok("java", "25");

        assertEquals("what  state  found\njava  ok        25\n\nThere is nothing to do.\n", text());
    }

    @Test
    void whatIsNotFineComesWithAnAdvice() {
        findings.ok("java", "here");
        findings.warning("runs", "cannot be written", "Choose another folder.");
        findings.failed("backend x", "not\n  usable", "Install y.");

        assertEquals(
                """
                what       state    found
                java       ok       here
                runs       warning  cannot be written
                backend x  failed   not usable

                What to do:
                  runs: Choose another folder.
                  backend x: Install y.
                """,
                text());
    }

    @Test
    void forProgramsEachIsAnObject() {
        findings.failed("backend x", "not usable", "Install y.");

        assertEquals(
                List.of(
                        Map.of(
                                "subject",
                                "backend x",
                                "state",
                                "failed",
                                "detail",
                                "not usable",
                                "advice",
                                "Install y.")),
                findings.maps());
    }
}
