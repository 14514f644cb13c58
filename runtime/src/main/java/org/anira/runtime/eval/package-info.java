/** Evaluation by difficulty, and greedy decoding. */
package org.anira.runtime.eval;
