package org.anira.benchmarks;

import org.anira.api.tensor.Session;
import org.anira.runtime.config.Draft;
import org.anira.runtime.config.ResolvedExperiment;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.Checkpoint;
import org.anira.runtime.run.Checkpoints;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.run.RunLock;
import org.anira.runtime.train.Trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
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
        if (arguments.length > 0 && arguments[0].startsWith(FROM)) {
            overrides.remove(arguments[0]);
            overrides.add("training.learning-rate=1e-12");
            overrides.add("training.knob-from=0");
            RunFolder run =
                    copy(Path.of(arguments[0].substring(FROM.length())), runs.resolve("run"));
            train(Draft.of(run).with(overrides), run, new Checkpoints(run).newest());
        } else {
            Draft draft = Draft.read("training-loop", EXPERIMENT).with(overrides);
            train(draft, RunFolder.create(runs, "training-loop"), Optional.empty());
        }
    }

    private static void train(Draft draft, RunFolder folder, Optional<Checkpoint> from) {
        ResolvedExperiment resolved = ResolvedExperiment.resolve(draft, new BuiltIn());
        RecurrentTransformer model =
                new RecurrentTransformer(
                        resolved.experiment().model(),
                        resolved.task().vocabulary().size(),
                        resolved.task().longest(),
                        resolved.halting());
        Rounds rounds = new Rounds();
        Memory memory = new Memory();
        boolean[] stop = {!rounds.next()};
        try (Session session = resolved.open();
                RunLock _ = folder.lock()) {
            Trainer trainer = new Trainer(resolved, model, session, folder, Map.of());
            trainer.load(from);
            trainer.train(
                    _ -> {
                        memory.look(session.liveTensors());
                        stop[0] = !rounds.next();
                    },
                    () -> stop[0]);
            System.err.println(memory);
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
