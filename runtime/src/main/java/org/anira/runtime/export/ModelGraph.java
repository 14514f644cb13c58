package org.anira.runtime.export;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.model.RecurrentTransformer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Which of a model's programs a file holds. All are in the skipping form. */
public enum ModelGraph {
    /** Whole sequences at once: {@link RecurrentTransformer#evaluation}. */
    EVALUATION,
    /**
     * Tokens behind those of a cache, which may be empty: {@link RecurrentTransformer#extension}.
     */
    DECODING;

    static final String LOGITS = "logits";
    static final String DEPTH = "depth";
    static final String EXPECTED_DEPTH = "expected_depth";

    /** Outputs of the cache are named as its inputs, with this before. */
    private static final String PRESENT = "present.";

    private static final List<String> TOKENS = List.of("batch", "time");

    /** Returns the name that files have for it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<Input> inputs(RecurrentTransformer model) {
        return this == EVALUATION ? model.evaluationInputs(false) : model.extensionInputs(true);
    }

    /** Returns the program, whose first outputs are logits, depth and expected depth. */
    Program program(RecurrentTransformer model, String rule) {
        if (this == DECODING) {
            return model.extension(rule, true, true);
        }
        Program evaluation = model.evaluation(rule, true, false);
        return (ops, inputs) -> {
            List<Tensor> outputs = evaluation.body(ops, inputs);
            return List.of(outputs.get(3), outputs.get(1), outputs.get(2));
        };
    }

    /** Returns the outputs' names. */
    List<String> outputs(RecurrentTransformer model) {
        return Stream.concat(
                        Stream.of(LOGITS, DEPTH, EXPECTED_DEPTH),
                        cache(model).stream().map(input -> PRESENT + input.name()))
                .toList();
    }

    /** Returns the inputs that hold keys and values. */
    List<Input> cache(RecurrentTransformer model) {
        List<Input> inputs = inputs(model);
        return this == EVALUATION ? List.of() : inputs.subList(4, inputs.size());
    }

    /** Returns the names of axes that vary, by input or output. */
    Map<String, List<String>> axes(RecurrentTransformer model) {
        Map<String, List<String>> axes = new HashMap<>();
        inputs(model).subList(0, 3).forEach(input -> axes.put(input.name(), TOKENS));
        List.of(LOGITS, DEPTH, EXPECTED_DEPTH).forEach(output -> axes.put(output, TOKENS));
        if (this == DECODING) {
            axes.put("valid", List.of("batch", "past"));
        }
        for (Input input : cache(model)) {
            axes.put(input.name(), axes(input, "past"));
            axes.put(PRESENT + input.name(), axes(input, "total"));
        }
        return axes;
    }

    private static List<String> axes(Input cache, String tokens) {
        List<String> axes = new ArrayList<>();
        for (long size : cache.axes()) {
            axes.add(size >= 0 ? "" : axes.contains("batch") ? tokens : "batch");
        }
        return axes;
    }

    /** Returns the cache before the first token, of {@code size} sequences. */
    static long[] empty(Input input, int size) {
        long[] axes = input.axes().stream().mapToLong(Long::longValue).toArray();
        boolean first = true;
        for (int i = 0; i < axes.length; i++) {
            if (axes[i] < 0) {
                axes[i] = first ? size : 0;
                first = false;
            }
        }
        if (input.type() != DType.FLOAT32) {
            throw new IllegalStateException("a cache in " + input.type());
        }
        return axes;
    }
}
