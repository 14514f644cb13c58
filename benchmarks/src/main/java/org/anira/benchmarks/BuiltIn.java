package org.anira.benchmarks;

import org.anira.api.PluginException;
import org.anira.api.Provider;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;
import org.anira.backend.djl.DjlBackendProvider;
import org.anira.backend.onnx.OnnxBackendProvider;
import org.anira.backend.torch.TorchBackendProvider;
import org.anira.halting.early.EarlyProvider;
import org.anira.halting.fixed.FixedProvider;
import org.anira.halting.online.OnlineProvider;
import org.anira.runtime.experiment.PluginProviders;
import org.anira.runtime.plugin.Kind;
import org.anira.runtime.plugin.PluginSnapshot;
import org.anira.task.brevo.BrevoProvider;
import org.anira.task.clrstext.ClrsTextProvider;
import org.anira.task.depo.DepoProvider;
import org.anira.task.lano.LanoProvider;
import org.anira.task.mano.ManoProvider;

import java.util.List;
import java.util.Map;

/** What the project's own plug-ins provide, taken from the class path: no plug-ins here. */
final class BuiltIn implements PluginProviders {

    @Override
    public TaskProvider task(String name) {
        return find(
                name,
                List.of(
                        new BrevoProvider(),
                        new ClrsTextProvider(),
                        new DepoProvider(),
                        new LanoProvider(),
                        new ManoProvider()));
    }

    @Override
    public HaltingProvider halting(String name) {
        return find(name, List.of(new EarlyProvider(), new OnlineProvider(), new FixedProvider()));
    }

    @Override
    public BackendProvider backend(String name) {
        return find(name, backends());
    }

    @Override
    public List<BackendProvider> backends() {
        return List.of(
                new DjlBackendProvider(), new OnnxBackendProvider(), new TorchBackendProvider());
    }

    @Override
    public List<PluginSnapshot> pluginsOf(Map<Kind<?>, String> names) {
        return List.of();
    }

    @Override
    public List<PluginSnapshot> plugins() {
        return List.of();
    }

    private static <P extends Provider> P find(String name, List<P> providers) {
        return providers.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new PluginException("PLG-001", "The benchmarks have no '" + name + "'."));
    }
}
