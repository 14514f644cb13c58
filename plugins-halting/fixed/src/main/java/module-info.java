import org.anira.api.AniraPlugin;

/** The same depth for every token. */
@AniraPlugin(id = "fixed", api = "0.1")
module org.anira.halting.fixed {
    requires org.anira.api;

    provides org.anira.api.halting.HaltingProvider with
            org.anira.halting.fixed.FixedProvider;
}
