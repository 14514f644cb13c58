package org.anira.runtime.config;

import org.anira.api.Names;
import org.anira.api.Option;
import org.anira.api.PluginException;
import org.anira.api.Provider;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.Axis;
import org.anira.api.task.Limits;
import org.anira.api.task.Point;
import org.anira.api.task.Sample;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Session;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** One provider of each kind, but for two halting mechanisms; none can compute anything. */
final class FakeProviders implements Providers {

    @Override
    public TaskProvider task(String name) {
        return find("task", name, List.of(new Sums()));
    }

    @Override
    public HaltingProvider halting(String name) {
        return find("halting mechanism", name, List.of(new Stopper("clock"), new Stopper("bell")));
    }

    @Override
    public BackendProvider backend(String name) {
        return find("backend", name, backends());
    }

    @Override
    public List<BackendProvider> backends() {
        return List.of(
                new Abacus("abacus", Set.of()), new Abacus("engine", Set.of(Capability.TRAINING)));
    }

    private static <P extends Provider> P find(String kind, String name, List<P> all) {
        List<String> names = all.stream().map(Provider::name).toList();
        return all.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new PluginException(
                                "PLG-001",
                                "Unknown %s '%s'. %s"
                                        .formatted(kind, name, Names.suggestion(name, names))));
    }

    private static final class Sums implements TaskProvider {

        @Override
        public String name() {
            return "sums";
        }

        @Override
        public String summary() {
            return "Sums of digits";
        }

        @Override
        public List<Option> options() {
            return List.of(
                    Option.integer("least", 2, "Fewest digits").between(1, 9),
                    Option.integer("most", 4, "Most digits").between(1, 9),
                    Option.text("prefix", "", "What stands before each sum"));
        }

        @Override
        public Task create(Settings settings) {
            if (settings.integer("least") > settings.integer("most")) {
                throw new SettingsException(
                        "CFG-003",
                        List.of("least", "most"),
                        "'least' is %d, expected at most %d"
                                .formatted(settings.integer("least"), settings.integer("most")));
            }
            if (settings.text("prefix").equals("refused")) {
                // As before there was a constructor that takes the settings.
                throw new SettingsException("CFG-003", "'prefix' is refused");
            }
            return new NoTask();
        }
    }

    private record Stopper(String name) implements HaltingProvider {

        @Override
        public String summary() {
            return "Stops";
        }

        @Override
        public List<Option> options() {
            return name.equals("clock")
                    ? List.of(Option.number("alarm", 0.5, "When it rings").between(0, 1))
                    : List.of();
        }

        @Override
        public HaltingMechanism create(int width, int maxDepth, Settings settings) {
            return new NoMechanism();
        }
    }

    private record Abacus(String name, Set<Capability> capabilities) implements BackendProvider {

        @Override
        public String summary() {
            return "Beads";
        }

        @Override
        public Probe probe(Settings settings) {
            return new Probe(false, "no beads");
        }

        @Override
        public Session open(Settings settings) {
            throw new AssertionError("no test computes");
        }
    }

    private record NoMechanism() implements HaltingMechanism {

        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public Set<HaltingBehaviour> behaviours() {
            return Set.of();
        }

        @Override
        public List<String> rules() {
            return List.of("hour", "minute");
        }

        @Override
        public HaltingPolicy training() {
            throw new AssertionError("no test computes");
        }

        @Override
        public HaltingPolicy inference(String rule) {
            throw new AssertionError("no test computes");
        }
    }

    private record NoTask() implements Task {

        @Override
        public Vocabulary vocabulary() {
            throw new AssertionError("no test samples");
        }

        @Override
        public List<Axis> axes() {
            return List.of();
        }

        @Override
        public Point draw(Limits limits, RandomGenerator random) {
            throw new AssertionError("no test samples");
        }

        @Override
        public List<Point> grid() {
            return List.of();
        }

        @Override
        public boolean trained(Point point) {
            return true;
        }

        @Override
        public Sample sample(Point point, RandomGenerator random) {
            throw new AssertionError("no test samples");
        }

        @Override
        public int longest() {
            return 2;
        }

        @Override
        public boolean grade(Sample sample, int span, int[] answer) {
            return false;
        }

        @Override
        public String description() {
            return "Sums of digits";
        }
    }
}
