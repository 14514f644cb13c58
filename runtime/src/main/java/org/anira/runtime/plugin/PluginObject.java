package org.anira.runtime.plugin;

import org.anira.api.AniraException;
import org.anira.api.BackendException;
import org.anira.api.PluginException;

import java.util.Set;
import java.util.function.Supplier;

/**
 * An object that a plug-in made. It is called with the plug-in's context class loader, and any
 * breach of the API's contract ends in an error that names it.
 *
 * @param plugin the plug-in
 * @param noun what it is, such as {@code task}
 * @param name of the provider that made it
 */
record PluginObject(Plugin plugin, String noun, String name) {

    /**
     * The codes by which a backend refuses a wrong use of tensors, without knowing who used them.
     */
    private static final Set<String> MISUSE = Set.of("SHP-001", "BKD-003", "BKD-004");

    /**
     * Calls it.
     *
     * @param method the method that {@code work} calls, as authors know it
     * @throws PluginException PLG-005 if it fails, PLG-015 if it returns nothing
     */
    <T> T call(String method, Supplier<? extends T> work) {
        T result;
        try {
            result = plugin.call(work);
        } catch (BackendException e) {
            throw MISUSE.contains(e.code())
                    ? new BackendException(
                            e.code(),
                            "In '%s' of %s: %s".formatted(method, this, e.getMessage()),
                            e)
                    : e;
        } catch (AniraException | OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            // Anything: foreign code may throw what it does not declare.
            throw failed(method, e);
        }
        if (result == null) {
            throw broken("'%s' returned nothing", method);
        }
        return result;
    }

    /** Returns the error for a method that failed unexpectedly. */
    PluginException failed(String method, Throwable thrown) {
        return new PluginException(
                "PLG-005",
                "'%s' of %s failed: %s. Report it to the plugin's author; --stacktrace shows where."
                        .formatted(method, this, Causes.of(thrown)),
                thrown);
    }

    /** Returns the error for a breach of the API's contract. */
    PluginException broken(String what, Object... values) {
        return broken(null, what, values);
    }

    /** Does the same. @param cause what was thrown instead; null for nothing */
    PluginException broken(Throwable cause, String what, Object... values) {
        return new PluginException(
                "PLG-015",
                "%s breaks a promise: %s. Report it to the plugin's author, or use another version."
                        .formatted(
                                capitalised(toString()),
                                what.formatted(values).replaceFirst("\\.$", "")),
                cause);
    }

    /** Throws the error of {@link #broken} unless the contract is kept. */
    void require(boolean kept, String what, Object... values) {
        if (!kept) {
            throw broken(what, values);
        }
    }

    private static String capitalised(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** Returns its name in messages. */
    @Override
    public String toString() {
        return "%s '%s' of plugin '%s'".formatted(noun, name, plugin.id());
    }
}
