package org.anira.api.tensor;

import org.anira.api.Experimental;
import org.anira.api.PublicApi;

/**
 * How a backend computes a program. Two forms differ in rounding.
 *
 * @param kind operation by operation, or by machine code made of the whole program
 * @param detail what identifies the code; for the eager form the reason why it is not compiled,
 *     empty if that was not tried
 */
@Experimental
@PublicApi(since = "0.1")
public record Form(Kind kind, String detail) {

    /** The eager form of a backend that compiles nothing, or was asked not to. */
    public static final Form EAGER = eager("");

    /** The kind of form. */
    public enum Kind {
        /** Operation by operation. */
        EAGER,
        /** By machine code made of the program. */
        COMPILED
    }

    /** Returns the eager form. @param reason why it is not compiled */
    public static Form eager(String reason) {
        return new Form(Kind.EAGER, reason);
    }

    /** Returns the compiled form. @param key identifies the machine code */
    public static Form compiled(String key) {
        return new Form(Kind.COMPILED, key);
    }
}
