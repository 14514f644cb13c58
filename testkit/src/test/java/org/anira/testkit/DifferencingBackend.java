package org.anira.testkit;

import org.anira.api.BackendException;
import org.anira.api.Settings;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.reference.ReferenceBackend;
import org.anira.testkit.reference.ReferenceSession;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The reference backend with TRAINING: its gradients are central differences. A backend that is
 * right in all respects, so that altered ones are wrong in one.
 */
final class DifferencingBackend implements BackendProvider {

    @Override
    public String name() {
        return "differencing";
    }

    @Override
    public String summary() {
        return "The reference, with central differences for gradients";
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.TRAINING, Capability.BFLOAT16);
    }

    @Override
    public Probe probe(Settings settings) {
        return new ReferenceBackend().probe(settings);
    }

    @Override
    public Session open(Settings settings) {
        return new DifferencingSession(ReferenceBackend.session(), new TrainedSlots());
    }

    /** Gradients and moments, by slot and parameter; zeros at first. */
    private record TrainedSlots(Map<Slot, Map<String, float[]>> held) {

        TrainedSlots() {
            this(new EnumMap<>(Slot.class));
        }

        float[] read(Slot slot, Parameter parameter) {
            float[] zeros = new float[Math.toIntExact(parameter.size())];
            return held.getOrDefault(slot, Map.of()).getOrDefault(parameter.name(), zeros).clone();
        }

        void write(Slot slot, Parameter parameter, float[] values) {
            held.computeIfAbsent(slot, _ -> new HashMap<>()).put(parameter.name(), values.clone());
        }
    }

    /** A session of the reference that can be trained. */
    private record DifferencingSession(ReferenceSession right, TrainedSlots slots)
            implements Session {

        @Override
        public Executable compile(Program program, List<Input> inputs) {
            return new Differencing(this, right.compile(program, inputs), program);
        }

        @Override
        public Tensor update(AdamW rule, long step) {
            Map<String, long[]> shapes = new LinkedHashMap<>();
            Map<String, Map<Slot, double[]>> all = new LinkedHashMap<>();
            for (Parameter parameter : parameters()) {
                long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
                Map<Slot, double[]> held = new EnumMap<>(Slot.class);
                for (Slot slot : Slot.values()) {
                    float[] values = Slots.read(this, parameter.name(), slot);
                    held.put(slot, Numbers.of(DType.FLOAT32, shape, i -> values[i]).values());
                }
                shapes.put(parameter.name(), shape);
                all.put(parameter.name(), held);
            }
            double norm = UpdateFormula.apply(rule, step, shapes, all);
            if (!Double.isFinite(norm)) {
                return tensor(new float[] {(float) norm});
            }
            all.forEach((name, held) ->
                    held.forEach((slot, values) ->
                            Slots.write(
                                    this,
                                    name,
                                    slot,
                                    Numbers.floats(shapes.get(name), values).narrow())));
            return tensor(new float[] {(float) norm});
        }

        @Override
        public Info info() {
            return right.info();
        }

        @Override
        public Scope scope() {
            return right.scope();
        }

        @Override
        public long liveTensors() {
            return right.liveTensors();
        }

        @Override
        public Tensor tensor(float[] values, long... shape) {
            return right.tensor(values, shape);
        }

        @Override
        public Tensor tensor(int[] values, long... shape) {
            return right.tensor(values, shape);
        }

        @Override
        public Tensor tensor(boolean[] values, long... shape) {
            return right.tensor(values, shape);
        }

        @Override
        public float[] floats(Tensor tensor) {
            return right.floats(tensor);
        }

        @Override
        public int[] integers(Tensor tensor) {
            return right.integers(tensor);
        }

        @Override
        public boolean[] booleans(Tensor tensor) {
            return right.booleans(tensor);
        }

        @Override
        public void define(Parameter parameter, MemorySegment values) {
            right.define(parameter, values);
        }

        @Override
        public List<Parameter> parameters() {
            return right.parameters();
        }

        @Override
        public void read(String parameter, Slot slot, MemorySegment into) {
            right.read(parameter, Slot.VALUE, into);
            if (slot != Slot.VALUE) {
                into.copyFrom(MemorySegment.ofArray(slots.read(slot, parameter(parameter))));
            }
        }

        @Override
        public void write(String parameter, Slot slot, MemorySegment values) {
            if (slot == Slot.VALUE) {
                right.write(parameter, slot, values);
            } else {
                Parameter known = parameter(parameter);
                known.require(values);
                slots.write(slot, known, values.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
            }
        }

        private Parameter parameter(String name) {
            return parameters().stream()
                    .filter(parameter -> parameter.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public void clearGradients() {
            slots.held().remove(Slot.GRADIENT);
        }

        @Override
        public void close() {
            right.close();
        }
    }

    /** A program that can be differentiated: it runs again on a session of its own, many times. */
    private record Differencing(DifferencingSession session, Executable right, Program program)
            implements Executable {

        @Override
        public List<Tensor> run(List<Tensor> inputs) {
            return right.run(inputs);
        }

        @Override
        public List<Tensor> differentiate(List<Tensor> inputs) {
            List<Tensor> outputs = right.run(inputs);
            Tensor loss = outputs.getFirst();
            if (loss.type() != DType.FLOAT32 || loss.rank() != 0) {
                throw new BackendException(
                        "SHP-001", "the loss is %s, expected a FLOAT32 scalar".formatted(loss));
            }
            Numbers[] given =
                    inputs.stream()
                            .map(input -> Numbers.read(session.right(), input))
                            .toArray(Numbers[]::new);
            try (ReferenceSession twin = ReferenceBackend.session();
                    Bench bench = new Bench(twin)) {
                for (Parameter parameter : session.parameters()) {
                    Slots.define(
                            twin, parameter, Slots.read(session, parameter.name(), Slot.VALUE));
                }
                twin.holdDetached(); // a gradient takes them for constants
                bench.run(program, given);
                for (Parameter parameter : session.parameters()) {
                    float[] sum = Slots.read(session, parameter.name(), Slot.GRADIENT);
                    double[] more =
                            CentralDifferences.gradient(bench, parameter.name(), program, given)
                                    .values();
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] += (float) more[i];
                    }
                    Slots.write(session, parameter.name(), Slot.GRADIENT, sum);
                }
            }
            return outputs;
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
