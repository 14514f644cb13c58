import org.anira.api.AniraPlugin;

/** The task BREVO: topological order of a query's dependencies. */
@AniraPlugin(id = "brevo", api = "0.1")
module org.anira.task.brevo {
    requires org.anira.api;

    provides org.anira.api.task.TaskProvider with
            org.anira.task.brevo.BrevoProvider;
}
