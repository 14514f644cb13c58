/** Service interfaces and value types for tasks, halting mechanisms and tensor backends. */
module org.anira.api {
    exports org.anira.api;
    exports org.anira.api.halting;
    exports org.anira.api.task;
    exports org.anira.api.tensor;
}
