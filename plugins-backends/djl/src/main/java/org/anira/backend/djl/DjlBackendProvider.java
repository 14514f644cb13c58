package org.anira.backend.djl;

import org.anira.api.Settings;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Session;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.NativeProvider;
import org.anira.backend.floor.Threads;

import java.util.List;
import java.util.Set;

/**
 * The backend {@code djl}: PyTorch's native library, as the Deep Java Library packs it, for
 * training and inference on the CPU, or on CUDA with a CUDA native jar or {@code
 * PYTORCH_LIBRARY_PATH}. Never downloads anything.
 */
public final class DjlBackendProvider extends NativeProvider {

    /** Makes the provider; loads nothing native. */
    public DjlBackendProvider() {
        super(
                "djl",
                "PyTorch through the Deep Java Library, for training and inference on CPU or CUDA",
                List.of(Device.OPTION, Threads.OPTION),
                Set.of(Capability.TRAINING, Capability.CUDA));
    }

    @Override
    public Probe probe(Settings settings) {
        return tried(
                () -> open(settings),
                info ->
                        "%s on %s, %d threads; %s"
                                .formatted(
                                        info.library(),
                                        info.device(),
                                        info.threads(),
                                        Library.hasCuda()
                                                ? "CUDA is available"
                                                : "no CUDA natives or device"));
    }

    @Override
    public Session open(Settings settings) {
        Library.load();
        Device device =
                Device.of(
                        name(),
                        settings.text("device"),
                        Library::obstacle,
                        "Put a pytorch-native-cu128 jar into the plug-in's folder or set"
                                + " PYTORCH_LIBRARY_PATH to a CUDA libtorch 2.7.1; or use cpu.");
        return new DjlSession(device, Threads.of(settings));
    }
}
