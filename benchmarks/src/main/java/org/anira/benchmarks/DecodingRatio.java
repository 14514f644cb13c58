package org.anira.benchmarks;

import com.sun.management.OperatingSystemMXBean;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.Noise;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.bench.Workload;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.eval.Decoder;
import org.anira.runtime.eval.Decoder.Continuation;
import org.anira.runtime.eval.Decoder.Prompt;
import org.anira.runtime.eval.Predictor;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.train.Weights;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How much of what depth saves decoding saves: time of decoding prompts with every token at depth D
 * over those at a mean depth M, in turn, in one run, beside the ideal (D + 2) / (M + 2) of a
 * 1+D+1-block model. Both at different depths side by side and in lock step.
 *
 * <p>Arguments: {@code key=value} of {@code backend}, {@code precision}, {@code threads}, {@code
 * width}, {@code depth}, {@code mean} (a multiple of ½), {@code rows}, {@code prompts}, {@code
 * prompt} (its tokens), {@code tokens} (decoded for each) and {@code rounds}.
 */
final class DecodingRatio {

    private static final int WARM_UP = 3;

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static final List<String[]> PAIRS =
            List.of(
                    new String[] {"full, batching", "mean, batching"},
                    new String[] {"full, lock step", "mean, batching"},
                    new String[] {"full, lock step", "mean, lock step"},
                    new String[] {"mean, lock step", "mean, batching"});

    private DecodingRatio() {}

    /** Seconds by wall clock and of the processor, of all threads together. */
    private record Time(double wall, double processor) {

        static Time now() {
            return new Time(System.nanoTime() * 1e-9, PROCESS.getProcessCpuTime() * 1e-9);
        }

        Time since(Time start) {
            return new Time(wall - start.wall, processor - start.processor);
        }
    }

    /**
     * Takes depths from the prelude's output by a hash, so that they vary from token to token.
     *
     * @param least the least depth; depths are uniform on {@code least} … {@code most}
     */
    private record Hashed(int least, int most) implements HaltingMechanism, HaltingPolicy {

        private static final double STRETCH = 1000;

        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public Set<HaltingBehaviour> behaviours() {
            return EnumSet.of(
                    HaltingBehaviour.ROW_WISE,
                    HaltingBehaviour.CAUSAL,
                    HaltingBehaviour.DECIDES_ONCE);
        }

        @Override
        public List<String> rules() {
            return List.of("hash");
        }

        @Override
        public HaltingPolicy training() {
            return this;
        }

        @Override
        public HaltingPolicy inference(String rule) {
            return this;
        }

        @Override
        public Noise noise() {
            return Noise.NONE;
        }

        @Override
        public boolean mixesDepths() {
            return true;
        }

        @Override
        public List<Tensor> begin(Ops ops, Tensor h0) {
            Tensor stretched = h0.pick(ops.integer(0)).abs().multiply(STRETCH);
            Tensor fraction = stretched.subtract(stretched.cast(DType.INT64).cast(DType.FLOAT32));
            return List.of(fraction.multiply(most - least + 1).cast(DType.INT64).add(least));
        }

        @Override
        public Decision step(Ops ops, Step step) {
            Tensor exit = step.carry().getFirst();
            Tensor mass = exit.equalTo(step.depth()).cast(DType.FLOAT32);
            return new Decision(mass, step.depth().greaterOrEqual(exit), mass, step.carry());
        }

        @Override
        public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
            return ops.concat(-1, List.of(scores, scores.slice(-1, 0, 1))).multiply(0);
        }
    }

    /** Measures, and prints the medians. */
    public static void main(String[] arguments) {
        Map<String, String> given = new HashMap<>();
        for (String argument : arguments) {
            given.put(argument.split("=")[0], argument.split("=")[1]);
        }
        int depth = number(given, "depth", 6);
        int width = number(given, "width", 256);
        int rows = number(given, "rows", 64);
        int length = number(given, "prompt", 16);
        int tokens = number(given, "tokens", 48);
        double mean = Double.parseDouble(given.getOrDefault("mean", Double.toString(depth / 2.0)));
        int range = (int) Math.min(mean - 1, depth - mean);
        Precision precision =
                Precision.valueOf(
                        given.getOrDefault("precision", "float32").toUpperCase(Locale.ROOT));
        CounterRandom random = new CounterRandom(1, "prompts", 0);
        List<Prompt> prompts =
                IntStream.range(0, number(given, "prompts", 2 * rows))
                        .mapToObj(_ ->
                                new Prompt(
                                        IntStream.range(0, length)
                                                .map(_ ->
                                                        3 + random.nextInt(Workload.VOCABULARY - 3))
                                                .toArray(),
                                        tokens,
                                        List.of()))
                        .toList();
        BackendProvider backend = new BuiltIn().backend(given.getOrDefault("backend", "torch"));
        Settings settings =
                Settings.of(
                        "backend",
                        backend.options(),
                        Map.of("threads", number(given, "threads", 2)));
        Map<String, Decoder> decoders = new LinkedHashMap<>();
        Map<String, List<Time>> seconds = new LinkedHashMap<>();
        Map<String, List<Continuation>> decoded = new LinkedHashMap<>();
        try (Session session = backend.open(settings)) {
            for (int m : new int[] {0, 1}) {
                Hashed mechanism =
                        m == 0
                                ? new Hashed(depth, depth)
                                : new Hashed((int) Math.ceil(mean - range), (int) (mean + range));
                RecurrentTransformer model =
                        new RecurrentTransformer(
                                Workload.shape(width, depth, precision),
                                Workload.VOCABULARY,
                                length + tokens,
                                mechanism);
                if (m == 0) {
                    Weights.initialise(session, model.parameters(), 1);
                }
                String what = m == 0 ? "full" : "mean";
                decoders.put(what + ", batching", Decoder.depthBatching(session, model, "hash"));
                decoders.put(
                        what + ", lock step",
                        Decoder.lockStep(
                                session,
                                model.length(),
                                Predictor.compile(session, model, "hash", true)));
            }
            for (int round = 0; round < WARM_UP + number(given, "rounds", 10); round++) {
                for (Map.Entry<String, Decoder> each : decoders.entrySet()) {
                    Time start = Time.now();
                    List<Continuation> all = each.getValue().greedy(prompts, rows);
                    Time passed = Time.now().since(start);
                    if (round == 0) {
                        decoded.put(each.getKey(), all);
                        System.out.printf("%-16s mean depth %.3f%n", each.getKey(), meanDepth(all));
                    } else if (round >= WARM_UP) {
                        seconds.computeIfAbsent(each.getKey(), _ -> new ArrayList<>()).add(passed);
                    }
                }
            }
            decoders.values().forEach(Decoder::close);
            for (String what : List.of("full", "mean")) {
                System.out.printf(
                        "%s: %d of %d continuations are equal%n",
                        what,
                        equal(decoded.get(what + ", batching"), decoded.get(what + ", lock step")),
                        prompts.size());
            }
        }
        for (boolean wall : new boolean[] {true, false}) {
            System.out.println(wall ? "wall clock" : "processor time");
            ToDoubleFunction<Time> of = wall ? Time::wall : Time::processor;
            seconds.forEach(
                    (what, all) -> print(what + ", s", all.stream().mapToDouble(of).toArray()));
            for (String[] pair : PAIRS) {
                List<Time> one = seconds.get(pair[0]);
                List<Time> other = seconds.get(pair[1]);
                print(
                        String.join(" / ", pair),
                        IntStream.range(0, one.size())
                                .mapToDouble(i ->
                                        of.applyAsDouble(one.get(i))
                                                / of.applyAsDouble(other.get(i)))
                                .toArray());
            }
        }
        System.out.printf("ideal %.3f%n", (depth + 2) / (mean + 2));
    }

    private static int number(Map<String, String> given, String key, int otherwise) {
        return Integer.parseInt(given.getOrDefault(key, Integer.toString(otherwise)));
    }

    private static double meanDepth(List<Continuation> all) {
        return all.stream()
                .flatMapToInt(each ->
                        IntStream.concat(
                                Arrays.stream(each.promptDepths()), Arrays.stream(each.depths())))
                .average()
                .orElseThrow();
    }

    /** Returns how many continuations have the same tokens and depths. */
    private static long equal(List<Continuation> one, List<Continuation> other) {
        return IntStream.range(0, one.size())
                .filter(i ->
                        Arrays.equals(one.get(i).tokens(), other.get(i).tokens())
                                && Arrays.equals(one.get(i).depths(), other.get(i).depths()))
                .count();
    }

    private static void print(String what, double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        System.out.printf(
                "%-32s %.3f (%.3f–%.3f)%n",
                what, sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }
}
