package org.anira.app;

import org.anira.api.AniraPlugin;
import org.anira.runtime.run.DurableFiles;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * A plug-in that was built outside of the project: it provides the halting mechanism {@code crowd},
 * which decides on the tokens of a row together, and the task {@code parrot}. Options say what they
 * promise and which promise they break.
 *
 * @param id of the plug-in, also the last part of its package's name
 * @param version of its module
 * @param ranking of the plug-in
 * @param task whether it provides the task too
 */
public record ForeignJar(String id, String version, int ranking, boolean task) {

    private static final String MODULE =
            """
            @org.anira.api.AniraPlugin(id = "ID", api = "0.1", ranking = RANKING)
            module org.example.ID {
                requires org.anira.api;
                provides org.anira.api.halting.HaltingProvider with org.example.ID.Crowd;
                TASK
            }
            """;

    private static final String MECHANISM =
            """
            package org.example.ID;

            import java.util.*;
            import org.anira.api.*;
            import org.anira.api.halting.*;
            import org.anira.api.tensor.*;

            /** Stops a token whose state is above the mean of its row, or of a promise to be row-wise, of 0. */
            public final class Crowd implements HaltingProvider {
                @Override public String name() { return "crowd"; }
                @Override public String summary() { return "Decides on a row together"; }
                @Override public List<Option> options() {
                    return List.of(
                            Option.text("says", "", "Behaviours"),
                            Option.choice("breaks", "nothing",
                                    List.of("nothing", "shape", "distribution", "infinity", "throw"), "A promise"));
                }
                @Override public HaltingMechanism create(int width, int maxDepth, Settings settings) {
                    return new Mechanism(maxDepth, settings.text("says"), settings.text("breaks"));
                }

                record Mechanism(int maxDepth, String says, String breaks)
                        implements HaltingMechanism, HaltingPolicy {
                    @Override public List<Parameter> parameters() { return List.of(); }
                    @Override public Set<HaltingBehaviour> behaviours() {
                        Set<HaltingBehaviour> all = EnumSet.noneOf(HaltingBehaviour.class);
                        Arrays.stream(says.split(" ")).filter(word -> !word.isEmpty())
                                .map(HaltingBehaviour::valueOf).forEach(all::add);
                        return all;
                    }
                    @Override public List<String> rules() { return List.of("mean"); }
                    @Override public HaltingPolicy training() { return this; }
                    @Override public HaltingPolicy inference(String rule) { return this; }
                    @Override public Noise noise() { return Noise.NONE; }
                    @Override public List<Tensor> begin(Ops ops, Tensor h0) { return List.of(); }
                    @Override public Decision step(Ops ops, Step step) {
                        if (breaks.equals("throw")) {
                            throw new IllegalStateException("no luck");
                        }
                        Tensor score = step.state().pick(ops.integer(0));
                        boolean alone = says.contains("ROW_WISE");
                        Tensor bound = alone ? ops.constant(0) : score.sum(1).unsqueeze(-1).multiply(0.1);
                        Tensor halt = score.greaterOrEqual(bound);
                        return new Decision(breaks.equals("shape") ? step.state() : score, halt,
                                halt.cast(DType.FLOAT32), List.of());
                    }
                    @Override public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
                        Tensor zeros = ops.zeros(scores.pick(ops.integer(0)), DType.FLOAT32, maxDepth);
                        return switch (breaks) {
                            case "distribution" -> zeros;
                            case "infinity" -> zeros.add(Double.POSITIVE_INFINITY);
                            default -> zeros.add(-Math.log(maxDepth));
                        };
                    }
                }
            }
            """;

    private static final String TASK =
            """
            package org.example.ID;

            import java.util.*;
            import java.util.random.RandomGenerator;
            import org.anira.api.*;
            import org.anira.api.task.*;

            /** BOS x x. */
            public final class Parrot implements TaskProvider {
                @Override public String name() { return "parrot"; }
                @Override public String summary() { return "Says a token again"; }
                @Override public List<Option> options() {
                    return List.of(Option.choice("breaks", "nothing", List.of("nothing", "longest", "throw"), "A promise"));
                }
                @Override public Task create(Settings settings) { return new Own(settings.text("breaks")); }

                record Own(String breaks) implements Task {
                    private static final Point POINT = Point.of("n", 1);
                    @Override public Vocabulary vocabulary() {
                        return new Vocabulary() {
                            @Override public int size() { return 5; }
                            @Override public String text(int token) { return "t" + token; }
                        };
                    }
                    @Override public List<Axis> axes() { return List.of(new Axis.Range("n", "tokens", 1, 1)); }
                    @Override public Point draw(Limits limits, RandomGenerator random) { return POINT; }
                    @Override public List<Point> grid() { return List.of(POINT); }
                    @Override public boolean trained(Point point) { return true; }
                    @Override public Sample sample(Point point, RandomGenerator random) {
                        int x = 3 + random.nextInt(2);
                        int[] tokens = {Vocabulary.BOS, x, x};
                        if (breaks.equals("throw")) {
                            tokens[3] = x;
                        }
                        return new Sample(point, tokens, new boolean[] {false, false, true},
                                List.of(new Span(2, 3, 1, List.of())));
                    }
                    @Override public int longest() { return breaks.equals("longest") ? 2 : 3; }
                    @Override public boolean grade(Sample sample, int span, int[] answer) {
                        return answer[0] == sample.tokens()[2];
                    }
                    @Override public String description() { return "Says a token again"; }
                }
            }
            """;

    /** Writes its jar into a folder of plug-ins. Returns the folder. */
    public Path into(Path folder) {
        try {
            Path work = Files.createTempDirectory("anira-app-foreign");
            try {
                Files.createDirectories(folder);
                Path classes = work.resolve("classes");
                List<String> compile =
                        new ArrayList<>(
                                List.of(
                                        "--module-path",
                                        api().toString(),
                                        "--module-version",
                                        version,
                                        "-d",
                                        classes.toString(),
                                        source(work, "module-info", MODULE),
                                        source(work, "Crowd", MECHANISM)));
                if (task) {
                    compile.add(source(work, "Parrot", TASK));
                }
                run("javac", compile.toArray(String[]::new));
                run(
                        "jar",
                        "--create",
                        "--file",
                        folder.resolve(id + ".jar").toString(),
                        "-C",
                        classes.toString(),
                        ".");
                return folder;
            } finally {
                DurableFiles.delete(work);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String source(Path folder, String name, String text) throws IOException {
        String provides = "provides org.anira.api.task.TaskProvider with org.example.ID.Parrot;";
        Path file = folder.resolve(name + ".java");
        Files.writeString(
                file,
                text.replace("TASK", task ? provides : "")
                        .replace("ID", id)
                        .replace("RANKING", Integer.toString(ranking)));
        return file.toString();
    }

    private static Path api() {
        return Path.of(
                AniraPlugin.class
                        .getModule()
                        .getLayer()
                        .configuration()
                        .findModule("org.anira.api")
                        .orElseThrow()
                        .reference()
                        .location()
                        .orElseThrow());
    }

    private static void run(String tool, String... arguments) {
        StringWriter problems = new StringWriter();
        PrintWriter out = new PrintWriter(problems);
        if (ToolProvider.findFirst(tool).orElseThrow().run(out, out, arguments) != 0) {
            throw new AssertionError(problems);
        }
    }
}
