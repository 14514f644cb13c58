package org.anira.runtime.data;

/**
 * A micro-batch: the samples computed at once in a training step.
 *
 * @param batch the samples
 * @param noise row-major, one number for each token of the batch, or D of them for {@link
 *     org.anira.api.halting.Noise#GUMBEL}; 0 for padding
 */
public record TrainingBatch(Batch batch, float[] noise) {}
