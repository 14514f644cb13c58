package org.anira.runtime.experiment;

/** Where people are told what becomes of an experiment. */
@FunctionalInterface
public interface Messages {

    /** Tells something that everybody should know. */
    void say(String message);

    /** Tells something to those who want to know more; to nobody unless this is overridden. */
    default void detail(String message) {}
}
