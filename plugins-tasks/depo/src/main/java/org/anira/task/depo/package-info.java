/**
 * DEPO: name the k-th successor of a node on a directed cycle whose edges are listed in random
 * order, after the task of the same name in "Physics of Language Models: Part 4.1" (Allen-Zhu 2025;
 * facebookresearch/PhysicsLM4).
 *
 * <p>Letters: n nodes of the cycle, k steps, K the largest of them, M letters of the alphabet that
 * words are made of.
 */
package org.anira.task.depo;
