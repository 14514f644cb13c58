package org.anira.backend.onnx;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Exporter;
import org.anira.api.tensor.Session;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.NativeProvider;
import org.anira.backend.floor.Threads;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The backend {@code onnx}: programs become ONNX graphs, which ONNX Runtime computes on the CPU, or
 * on CUDA with the natives for it, and which can be written as files. Inference only.
 */
public final class OnnxBackendProvider extends NativeProvider {

    private static final Option OPSET =
            Option.integer(
                            "opset",
                            Lowering.FUSED,
                            "Version of the operators; 17 for older runtimes and checkers, 23 is"
                                    + " faster")
                    .between(17, Lowering.FUSED);

    private static final Option CPU_FALLBACK =
            Option.flag(
                    "cpu-fallback",
                    true,
                    "Whether the CPU computes nodes that CUDA does not take; if not, a graph with"
                            + " such nodes is refused");

    private static final Option PROFILE =
            Option.text(
                    "profile",
                    "",
                    "Beginning of the names of files that tell where each node was computed and how"
                            + " long it took, one file for each graph; empty for none");

    /** Makes the provider; loads nothing native. */
    public OnnxBackendProvider() {
        super(
                "onnx",
                "ONNX graphs in ONNX Runtime, for inference and for files that other runtimes"
                        + " execute",
                List.of(Device.OPTION, Threads.OPTION, OPSET, CPU_FALLBACK, PROFILE),
                Set.of(Capability.CUDA, Capability.EXPORT));
    }

    @Override
    public Probe probe(Settings settings) {
        return tried(() -> open(settings), OnnxBackendProvider::detail);
    }

    private static String detail(Session.Info info) {
        String cuda =
                Engine.obstacle(Device.cuda(0))
                        .map(obstacle -> "no CUDA: " + obstacle)
                        .orElse("CUDA is available");
        return "%s on %s, %d threads; %s"
                .formatted(info.library(), info.device(), info.threads(), cuda);
    }

    @Override
    public Session open(Settings settings) {
        Engine.load();
        Device device =
                Device.of(
                        name(),
                        settings.text("device"),
                        Engine::obstacle,
                        "Put the jar onnxruntime_gpu in the place of onnxruntime in the plug-in's"
                                + " folder, with the CUDA and cuDNN that it was built for; or use"
                                + " cpu.");
        return new OnnxSession(
                device,
                Threads.of(settings),
                opset(settings),
                settings.flag(CPU_FALLBACK.name()),
                settings.text(PROFILE.name()));
    }

    @Override
    public Optional<Exporter> exporter() {
        return Optional.of(new OnnxExporter());
    }

    static int opset(Settings settings) {
        return settings.integer(OPSET.name());
    }
}
