package org.anira.runtime.experiment;

import org.anira.api.tensor.Session;
import org.anira.runtime.run.RunFolder;
import org.anira.runtime.train.Progress;

/** Follows a training. Called in the training's thread; an exception ends the training. */
public interface TrainingListener {

    /** The backend is open. The session has no parameters yet and stays the training's. */
    default void opened(Session session) {}

    /** A new run has its folder, locked and empty. */
    default void made(RunFolder folder) {}

    /**
     * The backend makes ready for the first step, which may take minutes.
     *
     * @param work what it does, such as {@code compiling}
     * @param number of the part that begins, from 1
     * @param total number of parts
     */
    default void preparing(String work, int number, int total) {}

    /** A step is done; the session's contents may be read and written. */
    default void step(Progress progress) {}

    /**
     * Called after every step, and while the backend makes ready; true ends the training with a
     * checkpoint.
     */
    default boolean stops() {
        return false;
    }
}
