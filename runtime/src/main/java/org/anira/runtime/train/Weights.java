package org.anira.runtime.train;

import org.anira.api.DataException;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.runtime.run.CheckpointTensors;
import org.anira.runtime.run.SafeTensors.Entry;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A session's parameters: first values, and their way to and from checkpoints. */
public final class Weights {

    private Weights() {}

    /** Defines parameters with first values, each from its own stream of (seed, name). */
    public static void initialise(Session session, List<Parameter> parameters, long seed) {
        for (Parameter parameter : parameters) {
            float[] values = new float[Math.toIntExact(parameter.size())];
            switch (parameter.init()) {
                case Parameter.Init.Constant(double value) -> Arrays.fill(values, (float) value);
                case Parameter.Init.Normal(double deviation) -> {
                    CounterRandom random =
                            new CounterRandom(seed, "weights " + parameter.name(), 0);
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) (deviation * random.nextGaussian());
                    }
                }
            }
            session.define(parameter, MemorySegment.ofArray(values));
        }
    }

    /**
     * Defines parameters with the values of a checkpoint.
     *
     * @throws DataException RUN-004 if it does not have these parameters in these shapes
     */
    public static void load(
            Session session, List<Parameter> parameters, Map<String, Entry> values) {
        check(parameters, values);
        for (Parameter parameter : parameters) {
            session.define(parameter, MemorySegment.ofArray(values(parameter, values)));
        }
    }

    /**
     * Does nothing if a checkpoint has exactly these parameters in these shapes.
     *
     * @throws DataException RUN-004 if it has not
     */
    public static void check(List<Parameter> parameters, Map<String, Entry> values) {
        parameters.forEach(parameter -> values(parameter, values));
        if (values.size() != parameters.size()) {
            List<String> known = parameters.stream().map(Parameter::name).toList();
            throw new DataException(
                    "RUN-004",
                    "The checkpoint has parameters that the model lacks: %s. Was the run's config.yaml changed?"
                            .formatted(
                                    String.join(
                                            ", ",
                                            values.keySet().stream()
                                                    .filter(name -> !known.contains(name))
                                                    .toList())));
        }
    }

    /** Defines parameters with values and moments of a checkpoint; throws as {@link #load}. */
    public static void resume(
            Session session, List<Parameter> parameters, CheckpointTensors tensors) {
        load(session, parameters, tensors.values());
        for (Parameter parameter : parameters) {
            session.write(
                    parameter.name(),
                    Slot.FIRST_MOMENT,
                    MemorySegment.ofArray(values(parameter, tensors.first())));
            session.write(
                    parameter.name(),
                    Slot.SECOND_MOMENT,
                    MemorySegment.ofArray(values(parameter, tensors.second())));
        }
    }

    /** Reads values and moments out of a session. */
    static CheckpointTensors read(Session session) {
        return new CheckpointTensors(
                read(session, Slot.VALUE),
                read(session, Slot.FIRST_MOMENT),
                read(session, Slot.SECOND_MOMENT));
    }

    private static Map<String, Entry> read(Session session, Slot slot) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Parameter parameter : session.parameters()) {
            float[] values = new float[Math.toIntExact(parameter.size())];
            session.read(parameter.name(), slot, MemorySegment.ofArray(values));
            entries.put(parameter.name(), new Entry(parameter.shape(), values));
        }
        return entries;
    }

    private static float[] values(Parameter parameter, Map<String, Entry> entries) {
        Entry entry = entries.get(parameter.name());
        if (entry == null || !entry.shape().equals(parameter.shape())) {
            throw new DataException(
                    "RUN-004",
                    "The checkpoint has %s for parameter '%s', the model needs %s. Was the run's config.yaml changed?"
                            .formatted(
                                    entry == null ? "nothing" : "shape " + entry.shape(),
                                    parameter.name(),
                                    parameter.shape()));
        }
        return entry.values();
    }
}
