package org.anira.runtime.plugin;

import org.anira.api.Provider;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.halting.Noise;
import org.anira.api.task.Axis;
import org.anira.api.task.Feature;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Scorer;
import org.anira.api.task.Span;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Sound things that plug-ins make, of which tests spoil one part each. */
final class Fakes {

    private Fakes() {}

    /** Returns an active plug-in {@code fake}, made in a directory. */
    static Plugin plugin(Path directory) {
        FakePlugin.of("fake", "fake").write(directory.resolve("fake.jar"));
        PluginRegistry registry =
                PluginRegistry.open(List.of(directory), JarHashes.uncached(), Optional.empty());
        return registry.find(Kind.HALTING, "fake").plugin();
    }

    static TaskProvider provider(Task task) {
        return new TaskProvider() {
            @Override
            public String name() {
                return "echo";
            }

            @Override
            public String summary() {
                return "Says a token again";
            }

            @Override
            public Task create(Settings settings) {
                return task;
            }
        };
    }

    static HaltingProvider provider(HaltingMechanism mechanism) {
        return new HaltingProvider() {
            @Override
            public String name() {
                return "stop";
            }

            @Override
            public String summary() {
                return "Stops";
            }

            @Override
            public HaltingMechanism create(int width, int maxDepth, Settings settings) {
                return mechanism;
            }
        };
    }

    /** {@code BOS x x}, x of 3 and 4, with a scorer that says 1. */
    static class Echo implements Task {

        static final Point POINT = Point.of("n", 1);

        @Override
        public Vocabulary vocabulary() {
            return new Vocabulary() {
                @Override
                public int size() {
                    return 5;
                }

                @Override
                public String text(int token) {
                    return "t" + token;
                }
            };
        }

        @Override
        public List<Axis> axes() {
            return List.of(new Axis.Range("n", "tokens", 1, 1));
        }

        @Override
        public Point draw(Limits limits, RandomGenerator random) {
            return POINT;
        }

        @Override
        public List<Point> grid() {
            return List.of(POINT);
        }

        @Override
        public boolean trained(Point point) {
            return true;
        }

        @Override
        public Sample sample(Point point, RandomGenerator random) {
            int x = 3 + random.nextInt(2);
            return new Sample(
                    point,
                    new int[] {Vocabulary.BOS, x, x},
                    new boolean[] {false, false, true},
                    List.of(new Span(2, 3, 1, List.of())));
        }

        @Override
        public int longest() {
            return 3;
        }

        @Override
        public boolean grade(Sample sample, int span, int[] answer) {
            return answer[0] == sample.tokens()[2];
        }

        @Override
        public List<Feature> features(Sample sample) {
            return List.of(new Feature("place", "Its place", new double[] {0, 1, 2}));
        }

        @Override
        public Optional<Scorer> scorer() {
            return Optional.of(new One());
        }

        @Override
        public String description() {
            return "Says a token again";
        }
    }

    static class One implements Scorer {

        @Override
        public List<String> names() {
            return List.of("one");
        }

        @Override
        public Map<String, Double> score(Sample sample, float[][] logProbabilities) {
            return Map.of("one", 1.0);
        }
    }

    /** Stops whose first entry is not negative. */
    static class Stop implements HaltingMechanism, HaltingPolicy {

        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public Set<HaltingBehaviour> behaviours() {
            return Set.of(HaltingBehaviour.ROW_WISE, HaltingBehaviour.CAUSAL);
        }

        @Override
        public List<String> rules() {
            return List.of("sign", "other");
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
        public List<Tensor> begin(Ops ops, Tensor h0) {
            return List.of(h0);
        }

        @Override
        public Decision step(Ops ops, Step step) {
            Tensor score = step.state().pick(ops.integer(0));
            Tensor halt = score.greaterOrEqual(ops.constant(0));
            return new Decision(score, halt, halt.cast(DType.FLOAT32), step.carry());
        }

        @Override
        public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
            return ops.zeros(scores.pick(ops.integer(0)), DType.FLOAT32, 3).add(-Math.log(3));
        }
    }

    /** Returns a provider as the host has it. */
    static <P extends Provider> P hosted(Kind<P> kind, P provider, Plugin plugin) {
        return kind.type().cast(ProviderCalls.of(kind, provider, plugin).proxy());
    }
}
