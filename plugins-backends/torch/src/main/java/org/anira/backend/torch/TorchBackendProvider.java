package org.anira.backend.torch;

import org.anira.api.BackendException;
import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Session;
import org.anira.backend.floor.Device;
import org.anira.backend.floor.NativeProvider;
import org.anira.backend.floor.Threads;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The backend {@code torch}: the PyTorch of this machine, any version from 2.10 on, for training
 * and inference on the CPU or CUDA. Python is not run but asked where its PyTorch is; nothing is
 * downloaded.
 */
public final class TorchBackendProvider extends NativeProvider {

    /** Most CUDA devices that a probe looks for. */
    private static final int MOST_DEVICES = 16;

    private static final Option LIBRARY =
            Option.text(
                    "library",
                    "",
                    "Folder of libtorch, or 'bundled' for the CPU build that comes with anira;"
                            + " without it "
                            + Search.VARIABLE
                            + ", the active Python's PyTorch, the bundled build");

    /** Makes the provider; loads nothing native. */
    public TorchBackendProvider() {
        super(
                "torch",
                "The PyTorch of this machine, 2.10 or newer, for training and inference on CPU or"
                        + " CUDA",
                List.of(Device.OPTION, LIBRARY, Threads.OPTION, Compile.OPTION),
                Set.of(Capability.TRAINING, Capability.BFLOAT16, Capability.CUDA));
    }

    @Override
    public Probe probe(Settings settings) {
        Search search = Search.ofEnvironment();
        try {
            Installation found = search.find(settings.text(LIBRARY.name()));
            return tried(
                    () -> open(settings, found),
                    info ->
                            "%s from %s, in '%s', on %s, %d threads; %s; %s%s"
                                    .formatted(
                                            info.library(),
                                            found.origin(),
                                            found.folder(),
                                            info.device(),
                                            info.threads(),
                                            cuda(),
                                            compiling(settings, found),
                                            search.passed().stream()
                                                    .map(each -> "; " + each)
                                                    .collect(Collectors.joining())));
        } catch (BackendException e) {
            return new Probe(false, e.getMessage());
        }
    }

    private static String compiling(Settings settings, Installation found) {
        return Compile.of(settings) == Compile.OFF
                ? "programs are not to be compiled"
                : compiler(settings, found, Device.CPU)
                        .obstacle()
                        .map(obstacle -> "programs are not compiled: " + obstacle)
                        .orElse("programs are compiled");
    }

    private static Compiler compiler(Settings settings, Installation found, Device device) {
        return new Compiler(found, device, Threads.of(settings), CompiledCache.ofUser());
    }

    private static String cuda() {
        return Library.obstacle(Device.cuda(0))
                .map(obstacle -> "no CUDA: " + obstacle)
                .orElseGet(() ->
                        IntStream.range(0, MOST_DEVICES)
                                .mapToObj(Device::cuda)
                                .takeWhile(device -> Library.obstacle(device).isEmpty())
                                .map(Device::toString)
                                .collect(Collectors.joining(", ", "CUDA devices: ", "")));
    }

    @Override
    public Session open(Settings settings) {
        return open(settings, Search.ofEnvironment().find(settings.text(LIBRARY.name())));
    }

    private Session open(Settings settings, Installation found) {
        Library.load(found);
        Device device =
                Device.of(
                        name(),
                        settings.text("device"),
                        Library::obstacle,
                        "Let the option 'library' or %s name a PyTorch with CUDA, or use cpu."
                                .formatted(Search.VARIABLE));
        Compile compile = Compile.of(settings);
        Compiler compiler = compiler(settings, found, device);
        if (compile == Compile.REQUIRE) {
            compiler.obstacle()
                    .ifPresent(obstacle -> {
                        throw Compile.impossible(obstacle);
                    });
        }
        return new TorchSession(device, Threads.of(settings), compile, compiler);
    }
}
