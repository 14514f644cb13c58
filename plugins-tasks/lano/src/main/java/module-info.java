import org.anira.api.AniraPlugin;

/** The task LANO: language modelling of a probabilistic context-free grammar. */
@AniraPlugin(id = "lano", api = "0.1")
module org.anira.task.lano {
    requires org.anira.api;

    provides org.anira.api.task.TaskProvider with
            org.anira.task.lano.LanoProvider;
}
