/**
 * CLRS-Text: answer what thirty classical algorithms would, on random inputs, both written as text
 * ("The CLRS-Text Algorithmic Reasoning Language Benchmark", Markeeva et al. 2024;
 * google-deepmind/clrs). Algorithms are named after Cormen, Leiserson, Rivest and Stein,
 * "Introduction to Algorithms".
 *
 * <p>Letters: n the length of an input, as the benchmark counts it; u, v, s vertices of a graph.
 * All indices begin at 0. Real numbers are doubles, and each expression is evaluated in the order
 * in which the benchmark's own program does: ties are decided by rounding.
 */
package org.anira.task.clrstext;
