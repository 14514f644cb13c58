package org.anira.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * States the version that introduced a type or member. Members and nested types without this
 * annotation came with the type around them.
 *
 * <p>Everything that is not {@link Experimental} is stable: only a new major version may break
 * plug-ins or, while the major version is 0, a new minor one. The build compares the API with that
 * of the last version.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.CONSTRUCTOR, ElementType.FIELD})
@PublicApi(since = "0.1")
public @interface PublicApi {

    /** Returns the first version of the api that has it, such as {@code 0.1}. */
    String since();
}
