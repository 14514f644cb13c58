import org.anira.api.AniraPlugin;

/** The task DEPO: k-th successor on a cycle. */
@AniraPlugin(id = "depo", api = "0.1")
module org.anira.task.depo {
    requires org.anira.api;

    provides org.anira.api.task.TaskProvider with
            org.anira.task.depo.DepoProvider;
}
