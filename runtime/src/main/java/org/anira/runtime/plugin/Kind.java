package org.anira.runtime.plugin;

import org.anira.api.Provider;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;

import java.util.List;
import java.util.Optional;

/**
 * A kind of service that plug-ins provide.
 *
 * @param <P> what its providers implement
 * @param type what its providers implement
 * @param key the word of settings and provenance, such as {@code halting}
 * @param noun the words of messages, such as {@code halting mechanism}
 * @param plural the word of {@code anira list}, such as {@code backends}
 */
public record Kind<P extends Provider>(Class<P> type, String key, String noun, String plural) {

    /** Sources of samples. */
    public static final Kind<TaskProvider> TASK =
            new Kind<>(TaskProvider.class, "task", "task", "tasks");

    /** Deciders of depth. */
    public static final Kind<HaltingProvider> HALTING =
            new Kind<>(HaltingProvider.class, "halting", "halting mechanism", "halting");

    /** Tensor libraries. */
    public static final Kind<BackendProvider> BACKEND =
            new Kind<>(BackendProvider.class, "backend", "backend", "backends");

    /** All kinds. */
    public static final List<Kind<?>> ALL = List.of(TASK, HALTING, BACKEND);

    /** Returns the kind whose providers implement the interface of that name, if it is one. */
    static Optional<Kind<?>> ofType(String interfaceName) {
        return ALL.stream().filter(kind -> kind.type.getName().equals(interfaceName)).findFirst();
    }

    @Override
    public String toString() {
        return key;
    }
}
