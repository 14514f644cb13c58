package org.anira.backend.floor;

import org.anira.api.tensor.Profile;
import org.anira.api.tensor.Profile.Category;
import org.anira.backend.floor.Operation.Along;
import org.anira.backend.floor.Operation.Attention;
import org.anira.backend.floor.Operation.Cast;
import org.anira.backend.floor.Operation.Concat;
import org.anira.backend.floor.Operation.Indices;
import org.anira.backend.floor.Operation.Plain;
import org.anira.backend.floor.Operation.Reshape;
import org.anira.backend.floor.Operation.RmsNorm;
import org.anira.backend.floor.Operation.Slice;
import org.anira.backend.floor.Operation.Transpose;
import org.anira.backend.floor.Operation.Unsqueeze;
import org.anira.backend.floor.Operation.Zeros;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sums the time of a session's work, from its start until it is stopped; else it notes nothing.
 * Each piece of work lies between {@link #begin} and {@link #end}, and no piece in another. Belongs
 * to the session's thread.
 */
public final class Profiler {

    private record Work(Category category, String name) {}

    private record Sum(long calls, long nanoseconds) {
        Sum plus(Sum other) {
            return new Sum(calls + other.calls, nanoseconds + other.nanoseconds);
        }
    }

    private final Map<Work, Sum> sums = new HashMap<>();
    private boolean running;

    /** Makes one that is not started. */
    public Profiler() {}

    /** Starts from zero. */
    void start() {
        sums.clear();
        running = true;
    }

    /** Stops, and returns what was noted; empty if it was not started. */
    Optional<Profile> stop() {
        if (!running) {
            return Optional.empty();
        }
        running = false;
        return Optional.of(
                new Profile(
                        sums.entrySet().stream()
                                .map(each ->
                                        new Profile.Entry(
                                                each.getKey().category,
                                                each.getKey().name,
                                                each.getValue().calls,
                                                each.getValue().nanoseconds))
                                .toList()));
    }

    /** Returns the time at which a piece of work begins, for {@link #end}. */
    public long begin() {
        return running ? System.nanoTime() : 0;
    }

    /** Notes a piece of work that ends now. @param begun what {@link #begin} returned */
    public void end(long begun, Category category, String name) {
        if (running) {
            sums.merge(new Work(category, name), new Sum(1, System.nanoTime() - begun), Sum::plus);
        }
    }

    /** Notes an operation that ends now. @param begun what {@link #begin} returned */
    void end(long begun, Operation.Primitive operation) {
        if (running) {
            end(begun, category(operation), name(operation));
        }
    }

    private static String name(Operation.Primitive operation) {
        return switch (operation) {
            case Plain plain -> plain.toString();
            case Along along -> along.kind().toString();
            default -> {
                String type = operation.getClass().getSimpleName();
                yield Character.toLowerCase(type.charAt(0)) + type.substring(1);
            }
        };
    }

    private static Category category(Operation.Primitive operation) {
        return switch (operation) {
            case Plain plain ->
                    switch (plain) {
                        case MATMUL, LINEAR -> Category.PRODUCT;
                        case LOOKUP, PICK, PUT_ROWS -> Category.LOOKUP;
                        case DETACH -> Category.SHAPE;
                        default -> Category.ELEMENTWISE;
                    };
            case Attention _ -> Category.ATTENTION;
            case Reshape _, Transpose _, Slice _, Unsqueeze _ -> Category.SHAPE;
            case Along _, Cast _, RmsNorm _, Concat _, Zeros _, Indices _ -> Category.ELEMENTWISE;
        };
    }
}
