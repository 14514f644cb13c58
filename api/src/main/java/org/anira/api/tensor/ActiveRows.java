package org.anira.api.tensor;

import org.anira.api.PublicApi;

/**
 * Where the active tokens of a mask [B, T] lie, for gathering them into rows and scattering rows
 * back. All INT64.
 *
 * <p>Rows stand in the order of their tokens: sequence by sequence, position by position. There is
 * always at least one row, so that no kernel meets an empty operand: if no token is active, the one
 * row is token 0 of sequence 0, and {@code inverse} does not refer to it.
 *
 * @param token [R]: the token of each row, as {@code b · T + t}
 * @param inverse [B, T]: where a token's newest value lies in the concatenation of the old values
 *     [B · T, …] and the rows [R, …]: {@code b · T + t} if it is not active, {@code B · T + r} if
 *     it is row r
 * @param query [B, Q]: the rows of each sequence, filled up with any of 0 … R − 1; Q is the most of
 *     any sequence, at least 1
 * @param place [R]: where a row stands in {@code query}, as {@code b · Q + q}
 */
@PublicApi(since = "0.1")
public record ActiveRows(Tensor token, Tensor inverse, Tensor query, Tensor place) {}
