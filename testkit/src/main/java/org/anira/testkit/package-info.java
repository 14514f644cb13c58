/**
 * Contract tests: all that the interfaces of {@code org.anira.api} promise, tried against a
 * plug-in. An author subclasses {@link org.anira.testkit.HaltingContract}, {@link
 * org.anira.testkit.TaskContract} or {@link org.anira.testkit.BackendContract}, says what is to be
 * tried, and lets JUnit run it. It needs the api, this kit and JUnit, on the class path or the
 * module path.
 *
 * <p>What is special about a plug-in, its author tests besides: {@link
 * org.anira.testkit.HaltingPass} runs a policy and hands out plain numbers to compare with
 * equations, {@link org.anira.testkit.PlainHead} computes the api's decider head without tensors,
 * and {@link org.anira.testkit.ChiSquare} compares counts with a law.
 *
 * <p>Random numbers come from a seed that is printed; {@code -Danira.seed=…} sets another one.
 */
package org.anira.testkit;
