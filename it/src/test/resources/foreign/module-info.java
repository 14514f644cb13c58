/** A halting mechanism from outside of the project. */
@org.anira.api.AniraPlugin(id = "halfway", api = "0.1")
module org.example.halfway {
    requires org.anira.api;

    provides org.anira.api.halting.HaltingProvider with
            org.example.halfway.HalfwayProvider;
}
