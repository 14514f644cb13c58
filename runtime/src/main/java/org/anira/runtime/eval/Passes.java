package org.anira.runtime.eval;

import org.anira.api.DataException;
import org.anira.api.task.Point;
import org.anira.api.task.Task;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.data.Batch;
import org.anira.runtime.model.ExitProgram;
import org.anira.runtime.model.LogitsProgram;
import org.anira.runtime.model.NamedProgram.Compiled;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.model.Tokens;
import org.anira.runtime.run.SafeTensors;
import org.anira.runtime.run.SafeTensors.Entry;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Passes over whole test samples in full, for comparing backends, precisions and forms of execution
 * number by number. For each point of the grid there are tensors, all float32, whose names begin
 * with the point, such as {@code L=3/}:
 *
 * <ul>
 *   <li>{@code tokens}, {@code fed}, {@code depths} [B, T]: whole numbers; fed is 0 for padding
 *   <li>{@code logits} [B, T, V]
 *   <li>{@code log_exit} [B, T, D]: ln q, q the distribution of exits; not where depths were forced
 * </ul>
 *
 * <p>Belongs to the session's thread.
 */
public final class Passes {

    private static final String LOG_EXIT = "log_exit";
    private static final String TOKENS = "tokens";
    private static final String FED = "fed";
    private static final String DEPTHS = "depths";
    private static final String LOGITS = "logits";

    private final RecurrentTransformer model;
    private final Session session;
    private final String rule;
    private final boolean skipping;
    private final Map<Point, Batch> batches = new LinkedHashMap<>();

    /**
     * Draws a batch of samples at each point.
     *
     * @param session holds the model's parameters
     * @param rule one of the mechanism's inference rules
     * @param skipping whether only active tokens are computed
     * @param seed the evaluation's
     * @param samples how many at each point
     */
    public Passes(
            Task task,
            RecurrentTransformer model,
            Session session,
            String rule,
            boolean skipping,
            long seed,
            int samples) {
        this.model = model;
        this.session = session;
        this.rule = rule;
        this.skipping = skipping;
        for (Point point : task.grid()) {
            batches.put(point, Batch.of(Evaluator.samples(task, point, seed, 0, samples)));
        }
    }

    /**
     * Computes the passes and writes them, one point in memory at a time.
     *
     * @param forced a file of such passes, whose depths replace the rule's; empty to use the rule
     * @throws DataException RUN-001 if the file exists, RUN-005 if it cannot be made; RUN-004 if
     *     the file has other samples
     */
    public void create(Path file, Optional<SafeTensors> forced) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        Map<String, Point> points = new HashMap<>();
        batches.forEach((point, batch) ->
                shapes(batch, forced.isEmpty())
                        .forEach((name, shape) -> {
                            shapes.put(point + "/" + name, shape);
                            points.put(point + "/" + name, point);
                        }));
        try (Compiled<ExitProgram.Feed, LogitsProgram.Result> whole =
                        new LogitsProgram(model, rule, skipping, forced.isPresent())
                                .compile(session);
                Compiled<ExitProgram.Feed, ExitProgram.Result> exits =
                        new ExitProgram(model, rule, skipping, false).compile(session)) {
            Map<String, float[]> ofPoint = new HashMap<>();
            SafeTensors.create(
                    file,
                    shapes,
                    Map.of("rule", rule),
                    (name, into) -> {
                        if (!ofPoint.containsKey(name)) {
                            ofPoint.clear();
                            Point point = points.get(name);
                            compute(point, forced, whole, exits)
                                    .forEach((tensor, values) ->
                                            ofPoint.put(point + "/" + tensor, values));
                        }
                        into.copyFrom(MemorySegment.ofArray(ofPoint.get(name)));
                    });
        }
    }

    private Map<String, List<Long>> shapes(Batch batch, boolean decided) {
        long size = batch.size();
        long length = batch.length();
        List<Long> perToken = List.of(size, length);
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        if (decided) {
            shapes.put(LOG_EXIT, List.of(size, length, (long) model.settings().maxDepth()));
        }
        shapes.put(TOKENS, perToken);
        shapes.put(FED, perToken);
        shapes.put(DEPTHS, perToken);
        shapes.put(LOGITS, List.of(size, length, (long) model.vocabulary()));
        return shapes;
    }

    private Map<String, float[]> compute(
            Point point,
            Optional<SafeTensors> forced,
            Compiled<ExitProgram.Feed, LogitsProgram.Result> whole,
            Compiled<ExitProgram.Feed, ExitProgram.Result> exits) {
        Batch batch = batches.get(point);
        Map<String, float[]> all = new HashMap<>();
        try (Scope _ = session.scope()) {
            Tokens tokens = Pass.tokens(session, batch);
            if (forced.isEmpty()) {
                ExitProgram.Result exit = exits.run(new ExitProgram.Feed(tokens, Optional.empty()));
                all.put(LOG_EXIT, session.floats(exit.logExit()));
            }
            Optional<Tensor> depths =
                    forced.map(passes ->
                            session.tensor(
                                    depths(passes, point, batch), batch.size(), batch.length()));
            LogitsProgram.Result result = whole.run(new ExitProgram.Feed(tokens, depths));
            all.put(TOKENS, floats(batch.tokens()));
            all.put(FED, floats(batch.fed()));
            all.put(DEPTHS, floats(session.integers(result.depth())));
            all.put(LOGITS, session.floats(result.logits()));
        }
        return all;
    }

    /** Returns the depths in a file of passes for a batch. */
    private static int[] depths(SafeTensors passes, Point point, Batch batch) {
        Entry tokens = passes.tensors().get(point + "/" + TOKENS);
        Entry depths = passes.tensors().get(point + "/" + DEPTHS);
        if (tokens == null
                || depths == null
                || !Arrays.equals(tokens.floats(), floats(batch.tokens()))) {
            throw new DataException(
                    "RUN-004",
                    "The depths to force are of other samples at %s. Save them with the same run, samples and seed."
                            .formatted(point));
        }
        float[] forced = depths.floats();
        int[] all = new int[forced.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = Math.round(forced[i]);
        }
        return all;
    }

    private static float[] floats(int[] values) {
        float[] all = new float[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = values[i];
        }
        return all;
    }

    private static float[] floats(boolean[] values) {
        float[] all = new float[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = values[i] ? 1 : 0;
        }
        return all;
    }
}
