package org.anira.runtime.eval;

import org.anira.api.DataException;
import org.anira.api.task.Point;
import org.anira.api.task.Task;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.data.Batch;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.run.SafeTensors;
import org.anira.runtime.run.SafeTensors.Entry;

import java.util.ArrayList;
import java.util.Arrays;
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
 * @param tensors as they are saved
 */
public record Passes(SafeTensors tensors) {

    /**
     * Computes a batch of samples at each point. Belongs to the session's thread.
     *
     * @param seed the evaluation's
     * @param samples how many at each point
     * @param skipping whether only active tokens are computed
     * @param forced passes whose depths take the place of the rule; empty for the rule's own
     * @throws DataException RUN-004 if the forced passes are not of the same samples
     */
    public static Passes compute(
            Task task,
            RecurrentTransformer model,
            Session session,
            String rule,
            boolean skipping,
            long seed,
            int samples,
            Optional<Passes> forced) {
        Map<String, Entry> all = new LinkedHashMap<>();
        boolean given = forced.isPresent();
        try (Executable evaluation =
                        session.compile(
                                model.evaluation(rule, skipping, given),
                                model.evaluationInputs(given));
                Executable exits =
                        session.compile(
                                model.exits(rule, skipping), model.evaluationInputs(false))) {
            for (Point point : task.grid()) {
                Batch batch = Batch.of(Evaluator.samples(task, point, seed, 0, samples));
                long size = batch.size();
                long length = batch.length();
                try (Scope _ = session.scope()) {
                    List<Tensor> inputs =
                            new ArrayList<>(
                                    List.of(
                                            session.tensor(batch.tokens(), size, length),
                                            session.tensor(batch.positions(), size, length),
                                            session.tensor(batch.fed(), size, length)));
                    if (!given) {
                        float[] logExit = session.floats(exits.run(inputs).get(1));
                        all.put(
                                point + "/log_exit",
                                new Entry(
                                        List.of(size, length, logExit.length / (size * length)),
                                        logExit));
                    } else {
                        inputs.add(session.tensor(forced.get().depths(point, batch), size, length));
                    }
                    List<Tensor> out = evaluation.run(inputs);
                    float[] logits = session.floats(out.get(3));
                    List<Long> shape = List.of(size, length);
                    all.put(point + "/tokens", new Entry(shape, floats(batch.tokens())));
                    all.put(point + "/fed", new Entry(shape, floats(batch.fed())));
                    all.put(
                            point + "/depths",
                            new Entry(shape, floats(session.integers(out.get(1)))));
                    all.put(
                            point + "/logits",
                            new Entry(
                                    List.of(size, length, logits.length / (size * length)),
                                    logits));
                }
            }
        }
        return new Passes(new SafeTensors(all, Map.of("rule", rule)));
    }

    /** Returns the depths of a batch. */
    private int[] depths(Point point, Batch batch) {
        Entry tokens = tensors.tensors().get(point + "/tokens");
        Entry depths = tensors.tensors().get(point + "/depths");
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
