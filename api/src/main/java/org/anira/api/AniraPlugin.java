package org.anira.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a module as a plug-in. The host reads it from {@code module-info.class} before any code of
 * the jar runs.
 *
 * <pre>{@code
 * @AniraPlugin(id = "convergence", api = "0.1")
 * module com.example.convergence {
 *     requires org.anira.api;
 *     provides org.anira.api.halting.HaltingProvider with com.example.convergence.ConvergenceProvider;
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.MODULE)
@PublicApi(since = "0.1")
public @interface AniraPlugin {

    /**
     * Returns the plug-in's id: kebab case, {@code [a-z][a-z0-9-]{0,62}}, unique among the plug-ins
     * of a process.
     */
    String id();

    /**
     * Returns the version {@code MAJOR.MINOR} of {@code org.anira.api} that the plug-in was built
     * for. It runs on hosts with the same major version and the same or a higher minor one; see
     * {@link ApiVersion}.
     */
    String api();

    /**
     * Returns the plug-in's ranking. Of two plug-ins with the same id, the one with the higher
     * ranking is used, then the one with the higher module version; equal in both is an error. Of
     * two plug-ins with different ids that provide the same kind and name, the higher ranking wins;
     * equal rankings are an error.
     */
    int ranking() default 0;

    /**
     * Returns whether the plug-in loads a native engine. Such a plug-in can be neither stopped nor
     * reloaded while the process lives, and its modules are granted native access.
     */
    boolean nativeEngine() default false;
}
