package org.anira.runtime.plugin;

import org.anira.api.AniraException;
import org.anira.api.BackendException;
import org.anira.api.PluginException;

import java.util.Set;
import java.util.function.Supplier;

/**
 * Something that a plug-in made, and how it is called: with the plug-in's context class loader, and
 * so that whatever it does against the API ends in an error that names it.
 *
 * @param plugin whose it is
 * @param noun what it is, such as {@code task}
 * @param name of the provider that made it
 */
record Made(Plugin plugin, String noun, String name) {

    /** What a backend says of a plug-in's use of tensors, without knowing who used them. */
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
            // Whatever it is: no compiler holds foreign code to what it declares to throw.
            throw failed(method, e);
        }
        if (result == null) {
            throw broken("'%s' returned nothing", method);
        }
        return result;
    }

    /** Returns what to throw where a method failed in a way that nobody foresaw. */
    PluginException failed(String method, Throwable thrown) {
        return new PluginException(
                "PLG-005",
                "'%s' of %s failed: %s. Report it to the plugin's author; --stacktrace shows where."
                        .formatted(method, this, Causes.of(thrown)),
                thrown);
    }

    /** Returns what to throw where it does not keep what the API promises of it. */
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

    /** Throws what {@link #broken} returns unless a promise is kept. */
    void require(boolean kept, String what, Object... values) {
        if (!kept) {
            throw broken(what, values);
        }
    }

    private static String capitalised(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** Returns what messages call it. */
    @Override
    public String toString() {
        return "%s '%s' of plugin '%s'".formatted(noun, name, plugin.id());
    }
}
