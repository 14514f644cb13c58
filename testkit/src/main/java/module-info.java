/**
 * Contract tests that authors of plug-ins run against theirs, and a backend in plain Java to run
 * them on.
 */
module org.anira.testkit {
    requires transitive org.anira.api;
    requires transitive org.junit.jupiter.api;

    exports org.anira.testkit;
    exports org.anira.testkit.reference;

    // JUnit finds and calls the test methods, which subclasses inherit, by reflection.
    opens org.anira.testkit to
            org.junit.platform.commons;
}
