/**
 * Tensors, and the backends that compute with them.
 *
 * <p>Everything a model computes is a {@link org.anira.api.tensor.Program}: a pure function from
 * tensors to tensors, written against {@link org.anira.api.tensor.Ops} and {@link
 * org.anira.api.tensor.Tensor}. An eager backend runs its body each time; a compiling one traces it
 * once. So a body must follow three rules: sizes that vary from call to call (B, T, R) are never
 * Java ints; Java control flow depends on settings only; no value is read back.
 *
 * <p>Letters name axes: B sequences, T tokens of a sequence, R rows (the tokens that are computed),
 * Q most rows of any sequence, W width, H heads, D maximum depth, V vocabulary. "[…, W]" is any
 * number of leading axes.
 *
 * <p>Operations belong in bodies. Outside a body, a session's tensor can be passed to another
 * program, read, kept or freed. An eager backend also computes with it there; a compiling one may
 * refuse. Shape errors are found when the body runs or is traced. In axes that vary, a tracing
 * backend finds them when the program is run.
 *
 * <p>A {@link org.anira.api.tensor.Session} and all its tensors belong to the thread that opened
 * it.
 */
package org.anira.api.tensor;
