package org.anira.runtime.export;

import org.anira.api.DataException;
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
                        return loaded.run(inputs);
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
        return loaded.run(all);
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
