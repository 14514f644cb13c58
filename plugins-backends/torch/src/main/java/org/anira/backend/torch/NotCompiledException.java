package org.anira.backend.torch;

/** Thrown if a program is not compiled; the message says why, as part of a sentence. */
final class NotCompiledException extends Exception {

    private static final long serialVersionUID = 1;

    NotCompiledException(String reason) {
        super(reason);
    }
}
