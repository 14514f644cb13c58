/**
 * MANO: evaluate an expression of modular arithmetic that is written in prefix notation, after the
 * task of the same name in "Physics of Language Models: Part 4.1" (Allen-Zhu 2025;
 * facebookresearch/PhysicsLM4).
 *
 * <p>Letters: L operators of an expression, m modulus. An expression has 2L + 1 tokens.
 */
package org.anira.task.mano;
