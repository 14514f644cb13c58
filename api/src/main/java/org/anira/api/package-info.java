/**
 * What all plug-ins share: providers, their options and settings, errors, and the mark that makes a
 * module a plug-in.
 *
 * <p>A plug-in is a modular jar whose {@code module-info} carries {@link org.anira.api.AniraPlugin}
 * and provides at least one of {@link org.anira.api.task.TaskProvider}, {@link
 * org.anira.api.halting.HaltingProvider} and {@link org.anira.api.tensor.BackendProvider}. No
 * argument or result is {@code null} unless its description says so, and every exception is an
 * {@link org.anira.api.AniraException}.
 */
package org.anira.api;
