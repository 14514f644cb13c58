/**
 * Halting mechanisms, which decide after each step of the recurrence which tokens stop.
 *
 * <p>A mechanism only scores and decides. What follows from that (noise, straight-through weights,
 * the KL term, freezing, counting) is done once, by the host, for all mechanisms.
 *
 * <p>Letters name axes: W width, D maximum depth, d step from 1. A leading "…" stands for axes that
 * the host chooses: [B, T] in the dense form, [R] (active rows) in the skipping form. So a policy
 * must work on the last axes only.
 */
package org.anira.api.halting;
