package org.anira.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says since when a type or member is there. A member is there since its type is, unless it says
 * otherwise, and so is a type inside another.
 *
 * <p>What is not {@link Experimental} is stable: it changes in a way that breaks plug-ins only with
 * the major version, and while that is 0 with the minor one. The build compares it with the last
 * version.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.CONSTRUCTOR, ElementType.FIELD})
@PublicApi(since = "0.1")
public @interface PublicApi {

    /** Returns the first version of the api that has it, such as {@code 0.1}. */
    String since();
}
