package org.anira.api.tensor;

import org.anira.api.PublicApi;

/**
 * Which keys a query may see. At least one key is allowed for each query.
 *
 * @param bias [B or 1, 1, Q, T], float32: 0 where allowed, a large negative number where not; added
 *     to the scores
 * @param causal whether the mask is exactly "key index ≤ query index" with as many queries as keys,
 *     so that a kernel may use its own causal form and leave {@code bias} alone
 */
@PublicApi(since = "0.1")
public record AttentionMask(Tensor bias, boolean causal) {}
