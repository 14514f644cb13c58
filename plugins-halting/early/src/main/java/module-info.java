import org.anira.api.AniraPlugin;

/** ANIRA-E: one decision per token, before the recurrence. */
@AniraPlugin(id = "early", api = "0.1")
module org.anira.halting.early {
    requires org.anira.api;

    provides org.anira.api.halting.HaltingProvider with
            org.anira.halting.early.EarlyProvider;
}
