import org.anira.api.AniraPlugin;

/** The tensor backend on the Deep Java Library's native binding of PyTorch. */
@AniraPlugin(id = "djl", api = "0.1", nativeEngine = true)
module org.anira.backend.djl {
    requires ai.djl.api;
    requires ai.djl.pytorch_engine;
    requires org.anira.api;
    requires org.anira.backend.floor;

    provides org.anira.api.tensor.BackendProvider with
            org.anira.backend.djl.DjlBackendProvider;
}
