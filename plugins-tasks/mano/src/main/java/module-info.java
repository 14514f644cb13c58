import org.anira.api.AniraPlugin;

/** The task MANO: modular arithmetic in prefix notation. */
@AniraPlugin(id = "mano", api = "0.1")
module org.anira.task.mano {
    requires org.anira.api;

    provides org.anira.api.task.TaskProvider with
            org.anira.task.mano.ManoProvider;
}
