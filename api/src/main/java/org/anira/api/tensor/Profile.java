package org.anira.api.tensor;

import org.anira.api.Experimental;
import org.anira.api.PublicApi;

import java.util.List;

/**
 * Where the time of a session's work went. Entries do not overlap. What lies between them, such as
 * the caller's own work, is in none.
 *
 * @param entries one for each category and name
 */
@Experimental
@PublicApi(since = "0.1")
public record Profile(List<Entry> entries) {

    /** What kind of work an entry is. */
    public enum Category {
        /** Products of matrices. */
        PRODUCT,
        /** Attention, where the backend computes it as one operation. */
        ATTENTION,
        /** Element by element, norms, sums and other reductions, and new tensors. */
        ELEMENTWISE,
        /** Reading and writing by index. */
        LOOKUP,
        /** Other shapes, mostly of the same memory. */
        SHAPE,
        /** A compiled piece of a program, forward or backward, with operations of any kind. */
        COMPILED,
        /** The backward pass in whole, where the library does it on its own. */
        BACKWARD,
        /** The update of the parameters. */
        OPTIMIZER,
        /** Values that pass between Java and tensors. */
        TRANSFER
    }

    /**
     * The calls of one name.
     *
     * @param name in the backend's words, such as {@code linear}, or a compiled piece's name
     * @param calls number of calls, at least 1
     * @param nanoseconds that the caller's thread spent in them, together; on a device that works
     *     on its own, the time to issue them, and in those that wait, the time of waiting
     */
    public record Entry(Category category, String name, long calls, long nanoseconds) {
        public Entry {
            if (name.isBlank() || calls < 1 || nanoseconds < 0) {
                throw new IllegalArgumentException(
                        "an entry '%s' of %d calls and %d ns".formatted(name, calls, nanoseconds));
            }
        }
    }

    public Profile {
        entries = List.copyOf(entries);
        if (entries.stream().map(each -> List.of(each.category, each.name)).distinct().count()
                < entries.size()) {
            throw new IllegalArgumentException("two entries of a name in " + entries);
        }
    }

    /** Returns the nanoseconds of all entries. */
    public long nanoseconds() {
        return entries.stream().mapToLong(Entry::nanoseconds).sum();
    }
}
