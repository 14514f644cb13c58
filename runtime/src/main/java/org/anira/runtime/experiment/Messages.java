package org.anira.runtime.experiment;

/** Receives messages for people about an experiment. */
@FunctionalInterface
public interface Messages {

    /** Shows a message to everybody. */
    void say(String message);

    /** Shows a message to users who ask for details; does nothing unless overridden. */
    default void detail(String message) {}
}
