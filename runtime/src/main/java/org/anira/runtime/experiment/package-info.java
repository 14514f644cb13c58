/**
 * Experiments from training to trained model: the training of an experiment in its run folder, the
 * model of an experiment, the trained model of a run or file, and the plug-ins that each was made
 * with. This is the entry point for the command line, benchmarks and tests.
 *
 * <p>Messages for people go to {@link org.anira.runtime.experiment.Messages}. Provenance and status
 * describe the process by an {@link org.anira.runtime.experiment.Invocation}.
 */
package org.anira.runtime.experiment;
