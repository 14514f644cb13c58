import org.anira.api.AniraPlugin;

/** The tensor backend on libtorch's stable C interface, called by the JDK itself. */
@AniraPlugin(id = "torch", api = "0.1", nativeEngine = true)
module org.anira.backend.torch {
    requires org.anira.api;
    requires org.anira.backend.floor;

    provides org.anira.api.tensor.BackendProvider with
            org.anira.backend.torch.TorchBackendProvider;
}
