/**
 * The plug-in platform, the recurrent model, its training and evaluation, and the analysis of runs.
 */
module org.anira.runtime {
    requires transitive org.anira.api;
    requires com.google.protobuf;
    requires java.desktop;
    requires org.apache.commons.statistics.distribution;
    requires org.apache.commons.statistics.interval;
    requires org.snakeyaml.engine;
    requires org.apache.xmlgraphics.batik.svggen;
    requires org.jfree.jfreechart;
    requires tools.jackson.databind;

    exports org.anira.runtime.bench to
            org.anira.app;
    exports org.anira.runtime.config to
            org.anira.app;
    exports org.anira.runtime.eval to
            org.anira.app;
    exports org.anira.runtime.experiment to
            org.anira.app;
    exports org.anira.runtime.export to
            org.anira.app;
    exports org.anira.runtime.model to
            org.anira.app;
    exports org.anira.runtime.plugin to
            org.anira.app;
    exports org.anira.runtime.report to
            org.anira.app;
    exports org.anira.runtime.run to
            org.anira.app;
    exports org.anira.runtime.statistics to
            org.anira.app;
    exports org.anira.runtime.train to
            org.anira.app;

    // What a comparison says is records in comparison.json.
    opens org.anira.runtime.report to
            tools.jackson.databind;
    // Status, checkpoints, results and provenance are records in JSON files.
    opens org.anira.runtime.run to
            tools.jackson.databind;
    // Estimates stand in those records.
    opens org.anira.runtime.statistics to
            tools.jackson.databind;

    uses org.anira.api.halting.HaltingProvider;
    uses org.anira.api.task.TaskProvider;
    uses org.anira.api.tensor.BackendProvider;
}
