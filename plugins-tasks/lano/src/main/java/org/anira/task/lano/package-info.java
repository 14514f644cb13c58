/**
 * LANO: model the language of a probabilistic context-free grammar, after the task of the same name
 * in "Physics of Language Models: Part 4.1" (Allen-Zhu 2025; facebookresearch/PhysicsLM4). Around
 * it a small library for layered grammars: {@link org.anira.task.lano.Grammar} draws sentences,
 * {@link org.anira.task.lano.Spans} recognises strings, {@link org.anira.task.lano.Parse} says what
 * comes next and how much work a parser has.
 *
 * <p>Letters: D levels of rules, T terminals, X, Y symbols, n symbols of a string, k = 0 … n the
 * number of those that were read. Logarithms are natural. A weight is a logarithm of a probability,
 * so that no sentence is too long for it; what is impossible has no weight at all.
 */
package org.anira.task.lano;
