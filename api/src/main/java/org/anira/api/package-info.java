/**
 * What all plug-ins share: providers, their options and settings, errors, and the mark that makes a
 * module a plug-in.
 *
 * <p>A plug-in is a modular jar whose {@code module-info} carries {@link org.anira.api.AniraPlugin}
 * and provides at least one of {@link org.anira.api.task.TaskProvider}, {@link
 * org.anira.api.halting.HaltingProvider} and {@link org.anira.api.tensor.BackendProvider}. Nothing
 * here is {@code null}, neither given nor returned, and every exception is an {@link
 * org.anira.api.AniraException}.
 */
package org.anira.api;
