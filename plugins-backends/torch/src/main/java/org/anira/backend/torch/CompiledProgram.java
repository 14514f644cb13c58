package org.anira.backend.torch;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Profile;
import org.anira.backend.floor.EagerTensor;
import org.anira.backend.floor.Graph.Value;
import org.anira.backend.floor.Rows;
import org.anira.backend.torch.CompiledPiece.Source;
import org.anira.backend.torch.Plan.Bound;
import org.anira.backend.torch.Plan.Embed;
import org.anira.backend.torch.Plan.FindRows;
import org.anira.backend.torch.Plan.OfInteger;
import org.anira.backend.torch.Plan.OfParameter;
import org.anira.backend.torch.Plan.OfTable;
import org.anira.backend.torch.Plan.Piece;
import org.anira.backend.torch.Plan.Repeat;
import org.anira.backend.torch.Plan.Stage;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A plan with its compiled pieces. A run keeps its values by number; with gradients, it also keeps
 * a tape, from which the backward pass unwinds.
 */
final class CompiledProgram {

    private final TorchSession session;
    private final Torch torch;
    private final Plan plan;
    private final List<CompiledPiece> pieces;

    /** Tables and integers, made once. */
    private final Map<Value, Long> fixed = new HashMap<>();

    CompiledProgram(TorchSession session, Plan plan, List<CompiledPiece> pieces) {
        this.session = session;
        this.torch = session.torch;
        this.plan = plan;
        this.pieces = pieces;
        for (Plan.Given given : plan.givens()) {
            switch (given) {
                case OfParameter _ -> {}
                case OfTable(Value value, List<Float> numbers) -> {
                    float[] all = new float[numbers.size()];
                    for (int i = 0; i < all.length; i++) {
                        all[i] = numbers.get(i);
                    }
                    fixed.put(
                            value,
                            session.copied(
                                    DType.FLOAT32, MemorySegment.ofArray(all), sizes(value)));
                }
                case OfInteger(Value value, long number) ->
                        fixed.put(
                                value,
                                session.copied(
                                        DType.INT64,
                                        MemorySegment.ofArray(new long[] {number}),
                                        new long[0]));
            }
        }
    }

    private static long[] sizes(Value value) {
        return value.sizes().stream().mapToLong(Long::longValue).toArray();
    }

    /** Deletes what was made once. */
    void close() {
        fixed.values().forEach(Torch::delete);
        fixed.clear();
    }

    /**
     * Runs the program, and adds the gradient of its first output to those of the parameters.
     *
     * @return the outputs, tensors of the innermost region
     */
    List<EagerTensor> differentiate(List<EagerTensor> inputs) {
        requireBounds(inputs);
        try (Run run = new Run(inputs)) {
            run.forward(plan.stages());
            List<EagerTensor> outputs = plan.outputs().stream().map(run::output).toList();
            run.backward();
            return outputs;
        }
    }

    private void requireBounds(List<EagerTensor> inputs) {
        for (Bound bound : plan.bounds()) {
            for (long index : session.indices(inputs.get(bound.input()))) {
                if (index < 0 || index >= bound.limit()) {
                    throw new BackendException(
                            "SHP-001",
                            "Backend 'torch' was asked to look %d up among %d entries; expected 0 to %d. Check the program's input %d."
                                    .formatted(
                                            index,
                                            bound.limit(),
                                            bound.limit() - 1,
                                            bound.input()));
                }
            }
        }
    }

    /** What can be undone: the gradients of its results become gradients of what it took. */
    private interface Entry {
        void undo();

        void delete();
    }

    /** One run; closing it deletes all that it holds. */
    private final class Run implements AutoCloseable {

        private final long[] values = new long[plan.size()];
        private final long[] gradients = new long[plan.size()];
        private final Deque<Entry> tape = new ArrayDeque<>();

        Run(List<EagerTensor> inputs) {
            for (int i = 0; i < inputs.size(); i++) {
                set(plan.inputs().get(i), rowMajor(inputs.get(i)));
            }
            for (Plan.Given given : plan.givens()) {
                long handle =
                        given instanceof OfParameter(_, String name)
                                ? session.parameter(name).handle()
                                : fixed.get(given.value());
                set(given.value(), torch.handle(handle));
            }
        }

        /** Returns a handle of a tensor whose elements lie row-major, as libraries read them. */
        private long rowMajor(EagerTensor tensor) {
            long handle = torch.handle(tensor.handle());
            if (torch.isContiguous(handle)) {
                return handle;
            }
            long copy = session.zeros(tensor.type(), torch.sizes(handle));
            torch.copy(handle, copy);
            Torch.delete(handle);
            return copy;
        }

        private void set(Value value, long handle) {
            int n = value.number();
            if (values[n] != 0) {
                Torch.delete(values[n]);
            }
            values[n] = handle;
        }

        private long get(Value value) {
            long handle = values[value.number()];
            if (handle == 0) {
                throw new IllegalStateException("no value " + value);
            }
            return handle;
        }

        /** Returns an output as a tensor of its own. */
        EagerTensor output(Value value) {
            long copy = torch.copy(get(value));
            return session.made(value.type(), torch.sizes(copy), copy);
        }

        void forward(List<Stage> stages) {
            for (Stage stage : stages) {
                switch (stage) {
                    case Piece piece -> forward(piece);
                    case FindRows rows -> find(rows);
                    case Embed embed -> forward(embed);
                    case Repeat repeat -> forward(repeat);
                }
            }
        }

        private void forward(Piece piece) {
            CompiledPiece compiled = pieces.get(piece.index());
            long[] taken = piece.inputs().stream().mapToLong(this::get).toArray();
            long[] made = run(compiled.forward(), taken, piece.name() + " forward");
            if (compiled.backward() != null) {
                long[][] shapes = new long[compiled.outputs()][];
                Arrays.setAll(shapes, i -> torch.sizes(made[i]));
                tape.push(
                        new Undo(
                                piece,
                                compiled,
                                kept(compiled, Source.Kind.INPUT, taken),
                                kept(compiled, Source.Kind.RESULT, made),
                                shapes));
            }
            for (int i = 0; i < made.length; i++) {
                if (i < compiled.outputs()) {
                    set(piece.outputs().get(i), made[i]);
                } else {
                    Torch.delete(made[i]);
                }
            }
        }

        private long[] run(CompiledLibrary library, long[] taken, String name) {
            long begun = session.profiler().begin();
            long[] made = library.run(torch, taken);
            session.profiler().end(begun, Profile.Category.COMPILED, name);
            return made;
        }

        private long[] kept(CompiledPiece compiled, Source.Kind kind, long[] handles) {
            long[] kept = new long[handles.length];
            for (int i = 0; i < kept.length; i++) {
                kept[i] = compiled.keeps(kind, i) ? torch.handle(handles[i]) : 0;
            }
            return kept;
        }

        private void find(FindRows rows) {
            boolean[] mask = truths(rows.mask());
            long[] shape = torch.sizes(get(rows.mask()));
            Rows found = Rows.of(mask, (int) shape[0], (int) shape[1]);
            place(rows, 0, found.token(), found.token().length);
            place(rows, 1, found.inverse(), shape);
            place(rows, 2, found.query(), shape[0], found.mostRows());
            place(rows, 3, found.place(), found.place().length);
        }

        private void place(FindRows rows, int result, long[] values, long... sizes) {
            set(
                    rows.results().get(result),
                    session.copied(DType.INT64, MemorySegment.ofArray(values), sizes));
        }

        private boolean[] truths(Value value) {
            long handle = get(value);
            long[] shape = torch.sizes(handle);
            byte[] bytes = new byte[(int) torch.numberOfElements(handle)];
            session.read(handle, DType.BOOL, shape, DType.BOOL, MemorySegment.ofArray(bytes));
            boolean[] truths = new boolean[bytes.length];
            for (int i = 0; i < truths.length; i++) {
                truths[i] = bytes[i] != 0;
            }
            return truths;
        }

        private void forward(Embed embed) {
            long table = get(embed.table());
            long index = get(embed.index());
            long[] shape = torch.sizes(table);
            set(
                    embed.result(),
                    session.operations.lookup(
                            table, shape, index, looked(torch.sizes(index), shape)));
            if (plan.passing().contains(embed.result())) {
                long kept = torch.handle(index);
                tape.push(
                        new Entry() {
                            @Override
                            public void undo() {
                                long gradient = take(embed.result());
                                if (gradient != 0) {
                                    add(
                                            embed.table(),
                                            session.operations.lookupBackward(
                                                    gradient, kept, shape));
                                    Torch.delete(gradient);
                                }
                            }

                            @Override
                            public void delete() {
                                Torch.delete(kept);
                            }
                        });
            }
        }

        private static long[] looked(long[] index, long[] table) {
            long[] sizes = Arrays.copyOf(index, index.length + table.length - 1);
            System.arraycopy(table, 1, sizes, index.length, table.length - 1);
            return sizes;
        }

        private void forward(Repeat repeat) {
            List<Value> carry = repeat.carry();
            List<Value> from = repeat.operands();
            for (int d = repeat.first(); d <= repeat.last(); d++) {
                long[] before =
                        from.stream().mapToLong(value -> torch.handle(get(value))).toArray();
                for (int i = 0; i < before.length; i++) {
                    set(carry.get(i), before[i]);
                }
                if (!anyActive(carry.getFirst())) {
                    break;
                }
                pass(carry, from);
                set(
                        repeat.d(),
                        session.copied(
                                DType.INT64, MemorySegment.ofArray(new long[] {d}), new long[0]));
                forward(repeat.body());
                from = repeat.next();
            }
            long[] after = from.stream().mapToLong(value -> torch.handle(get(value))).toArray();
            for (int i = 0; i < after.length; i++) {
                set(repeat.results().get(i), after[i]);
            }
            pass(repeat.results(), from);
        }

        private boolean anyActive(Value mask) {
            for (boolean active : truths(mask)) {
                if (active) {
                    return true;
                }
            }
            return false;
        }

        /** Notes that values were passed on under other numbers. */
        private void pass(List<Value> to, List<Value> from) {
            tape.push(
                    new Entry() {
                        @Override
                        public void undo() {
                            long[] all = to.stream().mapToLong(Run.this::take).toArray();
                            for (int i = 0; i < all.length; i++) {
                                if (all[i] != 0) {
                                    add(from.get(i), all[i]);
                                }
                            }
                        }

                        @Override
                        public void delete() {
                            // Nothing is kept.
                        }
                    });
        }

        // The way back.

        /** Unwinds the tape, and gives the parameters their gradients. */
        void backward() {
            add(plan.outputs().getFirst(), session.one());
            while (!tape.isEmpty()) {
                Entry entry = tape.pop();
                try {
                    entry.undo();
                } finally {
                    entry.delete();
                }
            }
            for (Plan.Given given : plan.givens()) {
                if (given instanceof OfParameter(Value value, String name)) {
                    long gradient = take(value);
                    if (gradient != 0) {
                        session.accumulate(name, gradient);
                    }
                }
            }
        }

        /** Adds to the gradient of a value; takes the handle over. */
        private void add(Value value, long gradient) {
            int n = value.number();
            if (!plan.passing().contains(value)) {
                Torch.delete(gradient);
            } else if (gradients[n] == 0) {
                gradients[n] = gradient;
            } else {
                long sum = torch.subtract(gradients[n], gradient, -1);
                Torch.delete(gradients[n]);
                Torch.delete(gradient);
                gradients[n] = sum;
            }
        }

        /** Returns the gradient of a value, 0 if there is none, and forgets it. */
        private long take(Value value) {
            long gradient = gradients[value.number()];
            gradients[value.number()] = 0;
            return gradient;
        }

        /** A piece that has run. */
        private final class Undo implements Entry {

            private final Piece piece;
            private final CompiledPiece compiled;
            private final long[] inputs;
            private final long[] results;
            private final long[][] shapes;

            Undo(
                    Piece piece,
                    CompiledPiece compiled,
                    long[] inputs,
                    long[] results,
                    long[][] shapes) {
                this.piece = piece;
                this.compiled = compiled;
                this.inputs = inputs;
                this.results = results;
                this.shapes = shapes;
            }

            @Override
            public void undo() {
                Map<Integer, Long> tangents = new HashMap<>();
                boolean any = false;
                List<Value> outputs = piece.outputs();
                for (int i = 0; i < outputs.size(); i++) {
                    if (plan.passing().contains(outputs.get(i))) {
                        long gradient = take(outputs.get(i));
                        any |= gradient != 0;
                        tangents.put(i, gradient);
                    }
                }
                try {
                    if (any) {
                        run(tangents);
                    }
                } finally {
                    tangents.values().stream().filter(handle -> handle != 0).forEach(Torch::delete);
                }
            }

            private void run(Map<Integer, Long> tangents) {
                long[] taken = new long[compiled.sources().length];
                for (int i = 0; i < taken.length; i++) {
                    Source source = compiled.sources()[i];
                    taken[i] =
                            switch (source.kind()) {
                                case INPUT -> inputs[source.index()];
                                case RESULT -> results[source.index()];
                                case GRADIENT ->
                                        tangents.computeIfPresent(
                                                source.index(),
                                                (k, handle) -> handle != 0 ? handle : zeros(k));
                            };
                }
                long[] made = Run.this.run(compiled.backward(), taken, piece.name() + " backward");
                for (int i = 0; i < made.length; i++) {
                    add(piece.inputs().get(compiled.gradients()[i]), made[i]);
                }
            }

            private long zeros(int output) {
                return session.zeros(piece.outputs().get(output).type(), shapes[output]);
            }

            @Override
            public void delete() {
                for (long[] handles : List.of(inputs, results)) {
                    for (long handle : handles) {
                        if (handle != 0) {
                            Torch.delete(handle);
                        }
                    }
                }
            }
        }

        @Override
        public void close() {
            tape.forEach(Entry::delete);
            for (long[] handles : List.of(values, gradients)) {
                for (long handle : handles) {
                    if (handle != 0) {
                        Torch.delete(handle);
                    }
                }
            }
        }
    }
}
