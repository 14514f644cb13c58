/**
 * The library that the tensor backends share.
 *
 * <p>A {@link org.anira.backend.floor.ShapedTensor} checks each operation, knows the type and shape
 * of its result, and passes it to an {@link org.anira.backend.floor.Interpreter}: one that computes
 * at once (an {@link org.anira.backend.floor.EagerSession}), or one that records it. A recorded
 * program is a {@link org.anira.backend.floor.Graph}.
 *
 * <p>Native memory belongs to a {@link org.anira.backend.floor.Region} of an {@link
 * org.anira.backend.floor.OwningSession}, and to the thread that opened the session.
 */
package org.anira.backend.floor;
