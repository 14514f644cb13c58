/**
 * Experiments carried out, and found again: the training of an experiment in its run folder, the
 * model of an experiment, the trained model of a run or file, and the plug-ins that each was made
 * with. Command line, benchmarks and tests come in through this door.
 *
 * <p>What is told to people goes to {@link org.anira.runtime.experiment.Messages}; what provenance
 * and status note of the process comes as an {@link org.anira.runtime.experiment.Invocation}.
 */
package org.anira.runtime.experiment;
