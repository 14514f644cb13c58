/**
 * From samples to batches: drawing, padding, noise. Everything is a pure function of (seed,
 * purpose, index).
 */
package org.anira.runtime.data;
