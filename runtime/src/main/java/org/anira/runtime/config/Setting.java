package org.anira.runtime.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a component of a record as a setting of an experiment. This is the only declaration:
 * reading, checking, writing, hashing and explaining the setting follow from it.
 *
 * <p>The setting's key is the component's name in kebab case. Its values follow from the
 * component's type: {@code int}, {@code long}, {@code double}, {@code boolean}, {@link String} or
 * an enum, of which each constant is a word in kebab case.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {

    /** Its meaning: one sentence without a final period, with the unit if there is one. */
    String summary();

    /** Its default value, as written in a file. */
    String byDefault();

    /** Smallest value allowed, for numbers. */
    double least() default Double.NEGATIVE_INFINITY;

    /** Largest value allowed, for numbers. */
    double most() default Double.POSITIVE_INFINITY;
}
