package org.anira.runtime.model;

import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The decoding program of exported files, in the form that other runtimes expect: like {@link
 * DecodingProgram} with a cache, which may be empty, but with the logits of every token fed. In the
 * skipping form.
 */
public final class ExtensionProgram
        extends ExportProgram<DecodingProgram.Feed, ExtensionProgram.Result> {

    /** Prefix of the cache's outputs, before the names of its inputs. */
    private static final String PRESENT = "present.";

    private final RecurrentTransformer model;
    private final String rule;

    /**
     * The program's results.
     *
     * @param pass results of the tokens fed
     * @param cache keys and values of the past and of these tokens
     */
    public record Result(LogitsProgram.Result pass, Cache cache) implements TensorGroup {

        @Override
        public List<Tensor> tensors() {
            return new GroupWriter().add(pass).add(cache).toList();
        }
    }

    /** Describes the program. @param rule one of the mechanism's inference rules */
    public ExtensionProgram(RecurrentTransformer model, String rule) {
        this.model = model;
        this.rule = rule;
    }

    @Override
    public List<Input> inputs() {
        return DecodingProgram.Feed.inputs(model, true);
    }

    @Override
    public List<String> outputs() {
        return Stream.concat(
                        super.outputs().stream(),
                        Cache.inputs(model.settings()).stream()
                                .map(input -> PRESENT + input.name()))
                .toList();
    }

    @Override
    public Map<String, List<String>> axes() {
        Map<String, List<String>> axes = super.axes();
        axes.put(Past.VALID, List.of(BATCH, "past"));
        for (Input input : Cache.inputs(model.settings())) {
            axes.put(input.name(), axes(input, "past"));
            axes.put(PRESENT + input.name(), axes(input, "total"));
        }
        return axes;
    }

    private static List<String> axes(Input cache, String tokens) {
        List<String> axes = new ArrayList<>();
        for (long size : cache.axes()) {
            axes.add(size >= 0 ? "" : axes.contains(BATCH) ? tokens : BATCH);
        }
        return axes;
    }

    /** Returns an empty past, in the session's innermost scope. */
    public Past nothing(Session session, long size) {
        return new Past(
                session.tensor(new boolean[0], size, 0),
                Cache.empty(session, model.settings(), size));
    }

    @Override
    DecodingProgram.Feed feed(GroupReader in) {
        return DecodingProgram.Feed.read(in, model, true);
    }

    @Override
    Result result(GroupReader out) {
        return new Result(LogitsProgram.Result.read(out), Cache.read(out, model.settings()));
    }

    @Override
    Result compute(Ops ops, DecodingProgram.Feed feed) {
        ForwardPass pass = DecodingProgram.pass(ops, model, rule, true, feed);
        ForwardPass.Output out = pass.output(Optional.empty());
        return new Result(
                new LogitsProgram.Result(out.logits(), pass.depth(), pass.expectedDepth()),
                out.cache().orElseThrow());
    }
}
