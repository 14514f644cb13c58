package org.anira.runtime.export;

import org.anira.api.DataException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.eval.Decoder;
import org.anira.runtime.eval.Predictor;
import org.anira.runtime.eval.Programs;
import org.anira.runtime.model.DecodingProgram;
import org.anira.runtime.model.EvaluationProgram;
import org.anira.runtime.model.ExitProgram;
import org.anira.runtime.model.ExtensionProgram;
import org.anira.runtime.model.LogitsProgram;
import org.anira.runtime.model.NamedProgram.Compiled;
import org.anira.runtime.model.Past;
import org.anira.runtime.model.Readout;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.model.Tokens;

import java.util.List;
import java.util.Optional;

/** The program of a file, adapted to evaluation and decoding. */
final class LoadedPrograms implements Programs {

    private final Session session;
    private final Executable loaded;
    private final ExportedModel file;
    private final RecurrentTransformer model;
    private final Compiled<Readout.OfTargets.Feed, EvaluationProgram.Prediction> targets;
    private final Compiled<Readout.OfNext.Feed, DecodingProgram.Next> next;

    /** Takes over a loaded program; closing this closes it. */
    LoadedPrograms(
            Session session,
            Executable loaded,
            ExportedModel file,
            RecurrentTransformer model,
            boolean distributions) {
        this.session = session;
        this.loaded = loaded;
        this.file = file;
        this.model = model;
        targets = new Readout.OfTargets(model.vocabulary(), distributions).compile(session);
        next = new Readout.OfNext(model.vocabulary()).compile(session);
    }

    @Override
    public EvaluationProgram.Result evaluate(EvaluationProgram.Feed feed) {
        Tokens tokens = feed.tokens();
        LogitsProgram.Result pass =
                decodes()
                        ? extend(tokens, Optional.empty()).pass()
                        : checked(
                                new LogitsProgram(model, file.rule(), true, false)
                                        .on(loaded)
                                        .run(new ExitProgram.Feed(tokens, Optional.empty())),
                                tokens);
        return new EvaluationProgram.Result(
                targets.run(new Readout.OfTargets.Feed(pass.logits(), feed.targets())),
                pass.depth(),
                pass.expectedDepth());
    }

    @Override
    public Optional<Compiled<ExitProgram.Feed, ExitProgram.Result>> free() {
        return Optional.empty();
    }

    @Override
    public Decoder decoder() {
        if (!decodes()) {
            throw new DataException(
                    "EXP-002",
                    "File '%s' computes whole sequences and cannot continue them. Write one that can: anira export RUN --decode --out FILE"
                            .formatted(file.file()));
        }
        return Decoder.lockStep(
                session,
                file.length(),
                new Predictor() {
                    @Override
                    public DecodingProgram.Result predict(DecodingProgram.Feed feed) {
                        ExtensionProgram.Result result = extend(feed.tokens(), feed.past());
                        return new DecodingProgram.Result(
                                next.run(new Readout.OfNext.Feed(result.pass(), feed.tokens())),
                                result.cache());
                    }

                    @Override
                    public void close() {
                        // The programs stay open until all are closed.
                    }
                });
    }

    @Override
    public boolean decodes() {
        return file.graph() == ModelGraph.DECODING;
    }

    @Override
    public boolean skipping() {
        return true;
    }

    @Override
    public void close() {
        loaded.close();
        targets.close();
        next.close();
    }

    /** Runs the program on tokens that follow the past, an empty one if none is given. */
    private ExtensionProgram.Result extend(Tokens tokens, Optional<Past> past) {
        ExtensionProgram program = new ExtensionProgram(model, file.rule());
        Past before = past.orElseGet(() -> program.nothing(session, tokens.ids().size(0)));
        ExtensionProgram.Result result =
                program.on(loaded).run(new DecodingProgram.Feed(tokens, Optional.of(before)));
        checked(result.pass(), tokens);
        return result;
    }

    /**
     * Returns the program's result after checking shapes and ranges, since the graph in a file may
     * be a different one.
     */
    private LogitsProgram.Result checked(LogitsProgram.Result result, Tokens tokens) {
        List<Long> places = tokens.ids().shape();
        check("logits", result.logits(), DType.FLOAT32, 3, places);
        check("depth", result.depth(), DType.INT64, 2, places);
        check("expected depth", result.expectedDepth(), DType.FLOAT32, 2, places);
        if (result.logits().size(-1) != model.vocabulary()) {
            throw file.wrongResults(
                    "%s as logits, expected %d for each token"
                            .formatted(result.logits(), model.vocabulary()));
        }
        for (int depth : session.integers(result.depth())) {
            if (depth < 1 || depth > file.maxDepth()) {
                throw file.wrongResults(
                        "depth %d, expected 1 to %d".formatted(depth, file.maxDepth()));
            }
        }
        return result;
    }

    private void check(String name, Tensor output, DType type, int rank, List<Long> places) {
        boolean fits =
                output.type() == type
                        && output.rank() == rank
                        && output.size(0) == places.get(0)
                        && output.size(1) == places.get(1);
        if (!fits) {
            throw file.wrongResults("%s as %s for tokens %s".formatted(output, name, places));
        }
    }
}
