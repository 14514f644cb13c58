import org.anira.api.AniraPlugin;

/** ANIRA-O: a decision after every step of the recurrence. */
@AniraPlugin(id = "online", api = "0.1")
module org.anira.halting.online {
    requires org.anira.api;

    provides org.anira.api.halting.HaltingProvider with
            org.anira.halting.online.OnlineProvider;
}
