package org.anira.backend.djl;

import org.anira.api.BackendException;
import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Session;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.Threads;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The backend {@code djl}: PyTorch's native library, as the Deep Java Library packs it, for
 * training and inference on the CPU, or on CUDA with a CUDA native jar or {@code
 * PYTORCH_LIBRARY_PATH}. Never downloads anything.
 */
public final class DjlBackendProvider implements BackendProvider {

    private static final List<Option> OPTIONS = List.of(Device.OPTION, Threads.OPTION);

    /** Makes the provider; loads nothing native. */
    public DjlBackendProvider() {}

    @Override
    public String name() {
        return "djl";
    }

    @Override
    public String summary() {
        return "PyTorch through the Deep Java Library, for training and inference on CPU or CUDA";
    }

    @Override
    public List<Option> options() {
        return OPTIONS;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.TRAINING, Capability.CUDA);
    }

    @Override
    public Probe probe(Settings settings) {
        try (Session session = open(settings)) {
            Session.Info info = session.info();
            String cuda = Library.hasCuda() ? "; CUDA is available" : "; no CUDA natives or device";
            return new Probe(
                    true,
                    "%s on %s, %d threads%s"
                            .formatted(info.library(), info.device(), info.threads(), cuda));
        } catch (BackendException e) {
            return new Probe(false, e.getMessage());
        }
    }

    @Override
    public Session open(Settings settings) {
        Library.load();
        Device device =
                Device.of(
                        "djl",
                        settings.text("device"),
                        Library::obstacle,
                        "Put a pytorch-native-cu128 jar into the plug-in's folder or set"
                                + " PYTORCH_LIBRARY_PATH to a CUDA libtorch 2.7.1; or use cpu.");
        return new DjlSession(device, Threads.of(settings));
    }
}
