package org.anira.benchmarks;

import org.anira.api.tensor.Session;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.Experiment;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.experiment.Invocation;
import org.anira.runtime.experiment.TrainingListener;
import org.anira.runtime.experiment.TrainingRun;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.RunLock;
import org.anira.runtime.train.Progress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Steps per second of a whole training on one thread, data, noise, metrics and all, of the size of
 * the quickstart: MANO with 1 to 8 operators, width 64, 2 heads, MLP 256, D = 6, batch 32; or, with
 * a first argument {@code from=RUN}, of a copy of a run that goes on from its newest checkpoint at
 * a rate of learning that changes nothing, so that its mechanism decides as it has learnt to. The
 * other arguments are overrides, such as {@code halting.name=anira-e}. Measures in {@link Rounds};
 * says in the end whether memory has grown.
 */
final class TrainingLoop {

    private static final String FROM = "from=";

    private static final String EXPERIMENT =
            """
            name: training-loop
            task:
              name: mano
              options:
                modulus: 2
                min-length: 1
                max-length: 8
            model:
              width: 64
              heads: 2
              mlp: 256
              max-depth: 6
            halting:
              name: anira-o
            training:
              batch: 32
              learning-rate: 3e-3
              warmup: 0.05
            backend:
              name: djl
              options:
                threads: 1
            """;

    /** Nothing but steps, for longer than anybody measures. */
    private static final List<String> ENDLESS =
            List.of(
                    "training.steps=1000000000",
                    "training.evaluate-every=0",
                    "training.checkpoint-every=0");

    private TrainingLoop() {}

    /** Trains until its input ends. */
    public static void main(String[] arguments) throws IOException {
        Path runs = Files.createTempDirectory("anira-training-loop");
        List<String> overrides = new ArrayList<>(ENDLESS);
        overrides.addAll(Arrays.asList(arguments));
        Follower follower = new Follower();
        if (arguments.length > 0 && arguments[0].startsWith(FROM)) {
            overrides.remove(arguments[0]);
            overrides.add("training.learning-rate=1e-12");
            overrides.add("training.knob-from=0");
            RunFolder run =
                    copy(Path.of(arguments[0].substring(FROM.length())), runs.resolve("run"));
            ResolvedExperiment resolved = resolve(Draft.of(run).with(overrides));
            try (RunLock _ = run.lock()) {
                training(resolved, arguments)
                        .resume(run, adopted(run, resolved.experiment()), follower);
            }
        } else {
            Draft draft = Draft.read("training-loop", EXPERIMENT).with(overrides);
            training(resolve(draft), arguments)
                    .begin(() -> RunFolder.create(runs, "training-loop"), overrides, follower);
        }
        System.err.println(follower.memory);
    }

    private static ResolvedExperiment resolve(Draft draft) {
        return ResolvedExperiment.resolve(draft, new BuiltIn());
    }

    private static TrainingRun training(ResolvedExperiment resolved, String... arguments) {
        return new TrainingRun(
                new BuiltIn(),
                resolved,
                new Invocation(
                        "benchmark",
                        Optional.empty(),
                        List.of(arguments),
                        new Invocation.ExitCodes(0, 0, _ -> 1)),
                System.err::println);
    }

    /**
     * Returns a run's newest checkpoint, noted as one of other settings, with which a training
     * would not go on otherwise.
     */
    private static Checkpoint adopted(RunFolder run, Experiment experiment) throws IOException {
        Checkpoints checkpoints = new Checkpoints(run);
        Checkpoint newest = checkpoints.newest().orElseThrow();
        Path state = newest.folder().resolve("state.json");
        String noted = Files.readString(state);
        Files.writeString(state, noted.replace(newest.state().settingsHash(), experiment.hash()));
        return checkpoints.newest().orElseThrow();
    }

    /** Takes steps while they are ordered, and looks at the memory after each. */
    private static final class Follower implements TrainingListener {

        private final Rounds rounds = new Rounds();
        private final Memory memory = new Memory();
        private Session session;
        private boolean stops = !rounds.next();

        @Override
        public void opened(Session opened) {
            session = opened;
        }

        @Override
        public void step(Progress progress) {
            memory.look(session.liveTensors());
            stops = !rounds.next();
        }

        @Override
        public boolean stops() {
            return stops;
        }
    }

    private static RunFolder copy(Path run, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(run.relativize(file)));
            }
        }
        return RunFolder.open(to);
    }

    /** How many tensors live after a step, and how much of the process is in memory meanwhile. */
    private static final class Memory {

        private static final long EVERY = 1000;
        private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

        private final LongSummaryStatistics live = new LongSummaryStatistics();
        private final List<String> resident = new ArrayList<>();

        void look(long liveTensors) {
            live.accept(liveTensors);
            if (live.getCount() % EVERY == 0) {
                resident.add(resident());
            }
        }

        /** Returns the process' memory in MiB; Linux says it in a file. */
        private static String resident() {
            try {
                Matcher found = RESIDENT.matcher(Files.readString(Path.of("/proc/self/status")));
                return found.find() ? String.valueOf(Long.parseLong(found.group(1)) / 1024) : "?";
            } catch (IOException e) {
                return "?";
            }
        }

        @Override
        public String toString() {
            return "%d steps: %d to %d live tensors after each; MiB resident every %d steps: %s, at the end %s"
                    .formatted(
                            live.getCount(),
                            live.getMin(),
                            live.getMax(),
                            EVERY,
                            String.join(" ", resident),
                            resident());
        }
    }
}
