package org.anira.runtime.plugin;

import org.anira.runtime.run.DurableFiles;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.Set;

/**
 * Describes an exception in one line for people: each cause by its kind in words and its message,
 * such as {@code illegal state: no luck, because of: arithmetic: / by zero}.
 */
final class Causes {

    private static final String BECAUSE = ", because of: ";

    /** The largest number of causes shown: of a longer chain, the first ones and the last. */
    private static final int MOST_SHOWN = 4;

    private static final int LONGEST = 300;

    /** A limit, since an exception may make a new cause whenever it is asked. */
    private static final int LONGEST_CHAIN = 100;

    private Causes() {}

    /** Returns the chain of causes. */
    static String of(Throwable thrown) {
        List<String> causes = chain(thrown).stream().map(Causes::one).toList();
        return causes.size() <= MOST_SHOWN
                ? String.join(BECAUSE, causes)
                : String.join(BECAUSE, causes.subList(0, MOST_SHOWN - 1))
                        + ", …"
                        + BECAUSE
                        + causes.getLast();
    }

    /** Returns the innermost message alone, for exceptions that the JDK explains well. */
    static String innermost(Throwable thrown) {
        Throwable cause = chain(thrown).getLast();
        String message = message(cause);
        return message.isEmpty() ? kind(cause) : message;
    }

    /** Returns the causes, outermost first, without those that only wrap the next. */
    private static List<Throwable> chain(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Throwable each = thrown;
        while (each != null && seen.add(each) && seen.size() <= LONGEST_CHAIN) {
            Throwable next = cause(each);
            if (next == null || !wraps(each, next)) {
                chain.add(each);
            }
            each = next;
        }
        return chain.isEmpty() ? List.of(thrown) : chain;
    }

    private static boolean wraps(Throwable outer, Throwable inner) {
        return outer instanceof ServiceConfigurationError
                || outer instanceof ExceptionInInitializerError
                || outer instanceof InvocationTargetException
                || rawMessage(outer).equals(inner.getClass().getName() + ": " + rawMessage(inner))
                || rawMessage(outer).equals(inner.getClass().getName());
    }

    private static String one(Throwable thrown) {
        String message = message(thrown);
        boolean speaks =
                thrown instanceof IOException || thrown instanceof ServiceConfigurationError;
        return message.isEmpty() || !speaks
                ? (kind(thrown) + ": " + message).replaceFirst(": $", "")
                : message;
    }

    /** Returns the first line of the message, without control characters. */
    private static String message(Throwable thrown) {
        String text = thrown instanceof IOException e ? DurableFiles.reason(e) : rawMessage(thrown);
        if (thrown instanceof ServiceConfigurationError) {
            // "org.example.Type: Provider org.example.Mine not a subtype"
            text = text.replaceFirst("^[\\w.$]+: ", "");
        }
        String line = text.strip().lines().findFirst().orElse("").replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    /** Returns the message; empty if {@code getMessage}, which may be foreign code, throws. */
    private static String rawMessage(Throwable thrown) {
        try {
            return Objects.requireNonNullElse(thrown.getMessage(), "");
        } catch (Throwable e) {
            return "";
        }
    }

    /** Returns the cause; null if there is none or {@code getCause} throws. */
    private static Throwable cause(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable e) {
            return null;
        }
    }

    /** Returns the name of an exception class in words, such as {@code illegal state}. */
    private static String kind(Throwable thrown) {
        Class<?> type = thrown.getClass();
        while (type.isAnonymousClass()) {
            type = type.getSuperclass();
        }
        String name = type.getSimpleName();
        String stem = name.replaceFirst("(?<=.)(?:Exception|Error)$", "");
        return stem.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }
}
