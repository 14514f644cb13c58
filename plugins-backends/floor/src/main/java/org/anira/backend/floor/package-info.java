/**
 * The floor under the backends.
 *
 * <p>A {@link org.anira.backend.floor.ShapedTensor} checks each operation, knows the type and shape
 * of its result, and hands it to an {@link org.anira.backend.floor.Interpreter}: one that computes
 * at once (an {@link org.anira.backend.floor.EagerSession}), or one that notes it down. A program
 * noted down is a {@link org.anira.backend.floor.Graph}.
 *
 * <p>What is held natively belongs to a {@link org.anira.backend.floor.Region} of an {@link
 * org.anira.backend.floor.OwningSession}, and to the thread that opened the session.
 */
package org.anira.backend.floor;
