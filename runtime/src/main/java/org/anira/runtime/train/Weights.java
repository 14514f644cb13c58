package org.anira.runtime.train;

import org.anira.api.DataException;
import org.anira.api.task.CounterRandom;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.runtime.run.CheckpointTensors;
import org.anira.runtime.run.SafeTensors.Entry;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;

/**
 * Initialises a session's parameters, or loads them from checkpoints, one by one through off-heap
 * memory.
 */
public final class Weights {

    private Weights() {}

    /**
     * Defines parameters with initial values, each drawn from its own random stream of (seed,
     * name).
     */
    public static void initialise(Session session, List<Parameter> parameters, long seed) {
        for (Parameter parameter : parameters) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment values = arena.allocate(parameter.bytes(), Float.BYTES);
                fill(parameter, values, seed);
                session.define(parameter, values);
            }
        }
    }

    private static void fill(Parameter parameter, MemorySegment values, long seed) {
        long size = parameter.size();
        switch (parameter.init()) {
            case Parameter.Init.Constant(double value) -> {
                for (long i = 0; i < size; i++) {
                    values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) value);
                }
            }
            case Parameter.Init.Normal(double deviation) -> {
                CounterRandom random = new CounterRandom(seed, "weights " + parameter.name(), 0);
                for (long i = 0; i < size; i++) {
                    values.setAtIndex(
                            ValueLayout.JAVA_FLOAT, i, (float) (deviation * random.nextGaussian()));
                }
            }
        }
    }

    /**
     * Defines parameters with the values of a checkpoint.
     *
     * @throws DataException RUN-004 if it does not have these parameters in these shapes
     */
    public static void load(
            Session session, List<Parameter> parameters, Map<String, Entry> tensors) {
        check(parameters, tensors);
        for (Parameter parameter : parameters) {
            session.define(parameter, values(parameter, tensors));
        }
    }

    /** Defines parameters with values and moments of a checkpoint; throws as {@link #load}. */
    public static void resume(
            Session session, List<Parameter> parameters, CheckpointTensors tensors) {
        load(session, parameters, tensors.values());
        for (Parameter parameter : parameters) {
            String name = parameter.name();
            session.write(name, Slot.FIRST_MOMENT, values(parameter, tensors.first()));
            session.write(name, Slot.SECOND_MOMENT, values(parameter, tensors.second()));
        }
    }

    /**
     * Checks that a checkpoint has exactly these parameters in these shapes.
     *
     * @throws DataException RUN-004 if it has not
     */
    public static void check(List<Parameter> parameters, Map<String, Entry> tensors) {
        parameters.forEach(parameter -> values(parameter, tensors));
        if (tensors.size() != parameters.size()) {
            List<String> known = parameters.stream().map(Parameter::name).toList();
            throw new DataException(
                    "RUN-004",
                    "The checkpoint has parameters that the model lacks: %s. Was the run's config.yaml changed?"
                            .formatted(
                                    String.join(
                                            ", ",
                                            tensors.keySet().stream()
                                                    .filter(name -> !known.contains(name))
                                                    .toList())));
        }
    }

    private static MemorySegment values(Parameter parameter, Map<String, Entry> tensors) {
        Entry entry = tensors.get(parameter.name());
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
