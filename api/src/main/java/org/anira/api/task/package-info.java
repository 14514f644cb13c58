/**
 * Tasks: sources of samples whose difficulty is known. No tensors: ints in, ints out.
 *
 * <p>Tokens are dense from 0. Every task uses 0 for padding, 1 for the beginning and 2 for the end
 * of a sequence.
 */
package org.anira.api.task;
