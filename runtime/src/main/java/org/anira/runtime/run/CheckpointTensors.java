package org.anira.runtime.run;

import org.anira.runtime.run.SafeTensors.Entry;

import java.util.Map;

/**
 * The tensors of a checkpoint, each by the parameter's name, in mapped files.
 *
 * @param values the parameters, in {@code model.safetensors}
 * @param first the optimizer's first moments, in {@code optimizer.safetensors} as {@code
 *     first.NAME}
 * @param second its second moments, there as {@code second.NAME}
 */
public record CheckpointTensors(
        Map<String, Entry> values, Map<String, Entry> first, Map<String, Entry> second) {}
