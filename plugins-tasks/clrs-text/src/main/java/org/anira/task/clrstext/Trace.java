package org.anira.task.clrstext;

import java.util.ArrayList;
import java.util.List;

/** Hears of the states that an algorithm goes through. */
@FunctionalInterface
interface Trace {

    /** Listens to nothing. */
    Trace NONE = _ -> {};

    /**
     * Takes a state.
     *
     * @param state what the algorithm goes on working with: not to be kept or changed
     */
    void push(int... state);

    /** Keeps all states. */
    final class States implements Trace {

        private final List<int[]> states = new ArrayList<>();

        @Override
        public void push(int... state) {
            states.add(state.clone());
        }

        /** Returns the states in order. */
        List<int[]> all() {
            return states;
        }
    }
}
