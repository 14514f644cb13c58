package org.anira.app.command;

import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.app.bench.BenchReport;
import org.anira.app.bench.BenchSizes;
import org.anira.app.bench.Engine;
import org.anira.app.bench.PythonPeer;
import org.anira.app.bench.Worker;
import org.anira.app.bench.WorkerProcess;
import org.anira.app.console.Output;
import org.anira.app.process.ExitCode;
import org.anira.runtime.bench.Workload;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.Section;
import org.anira.runtime.experiment.InstalledPlugins;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Measures how fast models train and run on this machine. */
@Command(
        name = "bench",
        description = {
            "Measure steps per second of training and inference on this machine, dense and with"
                    + " skipping.",
            "Each backend works in a process of its own on random tokens, each with a depth that is"
                    + " drawn for it. One that can compile its programs is measured without and"
                    + " with that, in turn. Only ratios of one run compare machines and versions."
        },
        footer = {
            "",
            "Takes about a minute for each backend. Other programs should rest meanwhile.",
            "",
            "Examples:",
            "  anira bench",
            "  anira bench --backend djl --width 512 --max-depth 14 --mean-depth 3.5",
            "  anira bench --backend djl --profile",
            "  anira bench --backend torch --option device=cuda:1",
            "  anira bench --peer --json"
        })
public final class BenchCommand implements Callable<Integer> {

    private static final int MOST_ROUNDS = 1000;
    private static final int MOST_SECONDS = 3600;

    private final Output output;
    @Mixin private final PluginFolders folders;
    @Mixin private BenchSizes sizes;
    @Spec private CommandSpec spec;

    @Option(
            names = "--backend",
            paramLabel = "BACKEND",
            completionCandidates = Candidates.Backends.class,
            description = "What computes; all backends if not given. May be given several times.")
    private List<String> backends = new ArrayList<>();

    @Option(
            names = "--option",
            paramLabel = "NAME=VALUE",
            description =
                    "An option of the backends, such as device=cpu; see: anira describe backend"
                            + " NAME. May be given several times.")
    private List<String> options = new ArrayList<>();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "How often each row is measured, after a warm-up; ${DEFAULT-VALUE}"
                            + " if not given.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "2",
            description = "Least seconds of a measurement; ${DEFAULT-VALUE} if not given.")
    private double seconds;

    @Option(
            names = "--peer",
            arity = "0..1",
            fallbackValue = "eager",
            paramLabel = "MODE",
            description =
                    "Measure the same model in Python in turn, where python3 with torch is there:"
                            + " eager (if MODE is left out), compiled, or graphs (compiled, with"
                            + " CUDA graphs).")
    private PythonPeer.Mode peer;

    @Option(
            names = "--profile",
            description =
                    "Then measure each row once more, and show where the time of a step goes, by"
                            + " operation; the backward pass is one.")
    private boolean profile;

    @Option(names = "--json", description = "One JSON document.")
    private boolean json;

    @Option(
            names = "--engine",
            hidden = true,
            paramLabel = "NAME",
            description = "Run one backend in this process.")
    private String engine;

    /** Makes one that writes to an output. */
    public BenchCommand(Output output) {
        this.output = output;
        folders = new PluginFolders(output);
    }

    @Override
    public Integer call() throws InterruptedException {
        sizes.check();
        BenchSizes.between(spec, "--rounds", rounds, 1, MOST_ROUNDS);
        if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--seconds is %s, expected a number above 0, at most %d"
                            .formatted(seconds, MOST_SECONDS));
        }
        InstalledPlugins plugins = folders.open();
        if (engine != null) {
            BackendProvider backend = plugins.backend(engine);
            new Worker(backend, sizes.workload(plugins), settings(backend))
                    .serve(System.in, output.out());
            return ExitCode.DONE;
        }
        // A backend that does not exist is an error, one that does not work a line in the table.
        List<BackendProvider> measured =
                backends.isEmpty()
                        ? plugins.backends()
                        : backends.stream().distinct().map(plugins::backend).toList();
        measured.forEach(this::settings);
        Optional<PythonPeer> beside =
                peer == null ? Optional.empty() : Optional.of(PythonPeer.find());
        BenchReport report =
                new BenchReport(
                        sizes,
                        sizes.workload(plugins),
                        rounds,
                        seconds,
                        beside.map(each ->
                                        each.usable() ? each.found() + ", " + peer : each.found())
                                .orElse("not asked for: --peer"));
        boolean usable = beside.filter(PythonPeer::usable).isPresent();
        for (BackendProvider backend : measured) {
            output.say(
                    "Measuring %s%s"
                            .formatted(backend.name(), usable ? " in turn with the peer" : ""));
            measure(backend, sizes.workload(plugins), usable).forEach(report::add);
        }
        if (json) {
            output.out().println(report.json());
        } else {
            output.out().print(report);
        }
        return report.hasFigures() ? ExitCode.DONE : ExitCode.PLUGIN;
    }

    /** Returns the settings of a backend's sessions; refuses options that it does not have. */
    private Settings settings(BackendProvider backend) {
        List<String> words = new ArrayList<>(options);
        boolean hasThreads =
                backend.options().stream().anyMatch(option -> option.name().equals("threads"));
        if (hasThreads) {
            sizes.threads().ifPresent(n -> words.add("threads=" + n));
        }
        return Draft.options(Section.BACKEND, backend.options(), words);
    }

    /**
     * Measures a backend in other processes, one for each of its settings, which take turns with
     * each other and with the peer, if there is one.
     */
    private List<BenchReport.Backend> measure(
            BackendProvider backend, Workload workload, boolean beside) {
        List<String> arguments = new ArrayList<>(sizes.arguments());
        options.forEach(option -> arguments.addAll(List.of("--option", option)));
        folders.asked()
                .forEach(folder -> arguments.addAll(List.of("--plugins", folder.toString())));
        List<Engine> engines = new ArrayList<>();
        try {
            for (Map<String, String> varied : Engine.varied(backend, options)) {
                engines.add(Engine.start(backend.name(), varied, arguments));
            }
            Optional<Engine> first = engines.stream().filter(Engine::works).findFirst();
            if (!beside || first.isEmpty()) {
                rounds(engines, Optional.empty());
            } else {
                try (WorkerProcess other =
                        new WorkerProcess(
                                "the peer's",
                                PythonPeer.start(
                                        peer,
                                        workload,
                                        sizes.precision().toString(),
                                        first.get().info()))) {
                    rounds(engines, Optional.of(other));
                }
            }
            if (profile) {
                engines.forEach(engine -> engine.profile(seconds));
            }
            return engines.stream().map(Engine::found).toList();
        } finally {
            engines.forEach(Engine::close);
        }
    }

    private void rounds(List<Engine> engines, Optional<WorkerProcess> other) {
        for (int round = 0; round <= rounds; round++) {
            Map<String, Double> peers = new HashMap<>();
            for (Engine engine : engines) {
                // The first round warms up.
                engine.round(seconds, peers, other, round > 0);
            }
        }
    }
}
