import org.anira.api.AniraPlugin;

/** The task CLRS-Text: questions that classical algorithms answer, as text. */
@AniraPlugin(id = "clrs-text", api = "0.1")
module org.anira.task.clrstext {
    requires org.anira.api;

    provides org.anira.api.task.TaskProvider with
            org.anira.task.clrstext.ClrsTextProvider;
}
