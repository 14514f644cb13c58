package org.anira.runtime.export;

import org.anira.api.DataException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.eval.Decoder;
import org.anira.runtime.eval.Programs;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The program of a file, in the forms that evaluation and decoding ask for. */
final class LoadedPrograms implements Programs {

    /** Of logits, depths and expected depths. */
    private static final List<DType> TYPES = List.of(DType.FLOAT32, DType.INT64, DType.FLOAT32);

    private final Session session;
    private final Executable loaded;
    private final ExportedModel model;

    LoadedPrograms(Session session, Executable loaded, ExportedModel model) {
        this.session = session;
        this.loaded = loaded;
        this.model = model;
    }

    @Override
    public Executable frozen() {
        return new Adapted() {
            @Override
            public List<Tensor> run(List<Tensor> inputs) {
                List<Tensor> outputs = start(inputs);
                Tensor logits = outputs.get(0);
                return List.of(logProbabilities(logits), outputs.get(1), outputs.get(2), logits);
            }
        };
    }

    @Override
    public Optional<Executable> free() {
        return Optional.empty();
    }

    @Override
    public Decoder decoder() {
        if (!decodes()) {
            throw new DataException(
                    "EXP-002",
                    "File '%s' computes whole sequences and cannot continue them. Write one that can: anira export RUN --decode --out FILE"
                            .formatted(model.file()));
        }
        Executable start =
                new Adapted() {
                    @Override
                    public List<Tensor> run(List<Tensor> inputs) {
                        return start(inputs);
                    }
                };
        Executable extend =
                new Adapted() {
                    @Override
                    public List<Tensor> run(List<Tensor> inputs) {
                        return checked(loaded.run(inputs), inputs.getFirst());
                    }
                };
        return new Decoder(session, model.length(), start, extend);
    }

    @Override
    public boolean decodes() {
        return model.graph() == ModelGraph.DECODING;
    }

    @Override
    public boolean skipping() {
        return true;
    }

    @Override
    public void close() {
        loaded.close();
    }

    /** Runs the program on the first tokens of sequences, with an empty cache if it has one. */
    private List<Tensor> start(List<Tensor> inputs) {
        List<Tensor> all = new ArrayList<>(inputs);
        if (model.graph() == ModelGraph.DECODING) {
            int size = (int) inputs.getFirst().size(0);
            all.add(session.tensor(new boolean[0], size, 0));
            for (Input input : model.cache()) {
                all.add(session.tensor(new float[0], ModelGraph.empty(input, size)));
            }
        }
        return checked(loaded.run(all), inputs.getFirst());
    }

    /**
     * Returns what the program gave, if it is of the shapes and in the range of a model: the graph
     * in a file may be another.
     */
    private List<Tensor> checked(List<Tensor> outputs, Tensor tokens) {
        List<Long> places = tokens.shape();
        for (int i = 0; i < 3; i++) {
            Tensor output = outputs.get(i);
            boolean fits =
                    output.type() == TYPES.get(i)
                            && output.shape().size() == (i == 0 ? 3 : 2)
                            && output.shape().subList(0, 2).equals(places);
            if (!fits) {
                throw model.wrongResults(
                        "%s as result %d for tokens %s".formatted(output, i + 1, places));
            }
        }
        for (int depth : session.integers(outputs.get(1))) {
            if (depth < 1 || depth > model.maxDepth()) {
                throw model.wrongResults(
                        "depth %d, expected 1 to %d".formatted(depth, model.maxDepth()));
            }
        }
        return outputs;
    }

    /** Returns x − ln Σ eˣ along the last axis. */
    private Tensor logProbabilities(Tensor logits) {
        float[] values = session.floats(logits);
        int classes = (int) logits.size(-1);
        for (int from = 0; from < values.length; from += classes) {
            double most = Double.NEGATIVE_INFINITY;
            for (int i = from; i < from + classes; i++) {
                most = Math.max(most, values[i]);
            }
            double sum = 0;
            for (int i = from; i < from + classes; i++) {
                sum += Math.exp(values[i] - most);
            }
            float log = (float) (most + Math.log(sum));
            for (int i = from; i < from + classes; i++) {
                values[i] -= log;
            }
        }
        return session.tensor(values, logits.shape().stream().mapToLong(Long::longValue).toArray());
    }

    /** A form of the program, which these programs close. */
    private abstract static class Adapted implements Executable {
        @Override
        public List<Tensor> differentiate(List<Tensor> inputs) {
            throw new IllegalStateException("a program from a file has no gradients");
        }

        @Override
        public void close() {}
    }
}
