/**
 * The recurrent Transformer, written once as programs over tensors: it knows no mechanism, no task
 * and no backend.
 *
 * <p>Letters name axes: B sequences, T tokens of a sequence, R rows (the tokens that are computed),
 * W width, H heads, D maximum depth, V vocabulary, C tokens held in a cache. "Rows" […, W] are [B,
 * T, W] in the dense form and [R, W] in the skipping form.
 */
package org.anira.runtime.model;
