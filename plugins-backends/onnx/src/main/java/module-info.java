import org.anira.api.AniraPlugin;

/** The tensor backend on ONNX graphs, which ONNX Runtime computes. */
@AniraPlugin(id = "onnx", api = "0.1", nativeEngine = true)
module org.anira.backend.onnx {
    requires com.microsoft.onnxruntime;
    requires java.logging; // protobuf, which is packaged into this module
    requires jdk.unsupported; // the same
    requires org.anira.api;
    requires org.anira.backend.floor;

    provides org.anira.api.tensor.BackendProvider with
            org.anira.backend.onnx.OnnxBackendProvider;
}
