/** Training: the loop, its checkpoints and metrics, and exact resumption. */
package org.anira.runtime.train;
