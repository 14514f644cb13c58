/**
 * BREVO: name all that a node of a directed acyclic graph depends on, in topological order, after
 * the task of the same name in "Physics of Language Models: Part 4.1" (Allen-Zhu 2025;
 * facebookresearch/PhysicsLM4).
 *
 * <p>Letters: n nodes, V labels, R the node that is asked about with all it depends on, p their
 * number. An edge leads from a parent to what depends on it.
 */
package org.anira.task.brevo;
