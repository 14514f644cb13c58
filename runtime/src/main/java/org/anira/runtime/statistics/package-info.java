/** Estimates with intervals, from counts and sums over samples. */
package org.anira.runtime.statistics;
