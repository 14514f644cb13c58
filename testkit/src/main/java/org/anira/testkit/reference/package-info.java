/**
 * A backend in plain Java that computes in float64: the oracle of the backend contract, and what
 * the other contracts run on. Written to be read, not to be fast; it computes forward only.
 *
 * <p>It is strict: what the interfaces do not promise is refused here, so that a program that runs
 * on it can be expected to run elsewhere.
 */
package org.anira.testkit.reference;
