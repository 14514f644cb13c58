package org.anira.runtime.plugin;

import org.anira.api.AniraException;
import org.anira.api.PluginException;
import org.anira.api.Provider;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Stands between the host and a provider: every call runs with the plug-in's context class loader,
 * ends with PLG-012 once the plug-in is stopped, and ends with PLG-005, naming the plug-in, where
 * the provider throws something that is no {@link AniraException}.
 *
 * @param provider the provider
 * @param plugin whose it is
 */
record ProviderCalls(Provider provider, Plugin plugin) implements InvocationHandler {

    /** Returns a provider that behaves as this class says. */
    static <P extends Provider> P wrap(Kind<P> kind, P provider, Plugin plugin) {
        return kind.type()
                .cast(
                        Proxy.newProxyInstance(
                                kind.type().getClassLoader(),
                                new Class<?>[] {kind.type()},
                                new ProviderCalls(provider, plugin)));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        return plugin.call(() -> {
            try {
                return method.invoke(provider, arguments);
            } catch (InvocationTargetException e) {
                throw translate(method, e.getCause());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(
                        "the methods of " + method.getDeclaringClass() + " are public", e);
            }
        });
    }

    private RuntimeException translate(Method method, Throwable thrown) {
        return switch (thrown) {
            case AniraException meant -> meant;
            case VirtualMachineError error -> throw error;
            default ->
                    new PluginException(
                            "PLG-005",
                            "Plugin '%s' failed in '%s' of its provider %s: %s"
                                    .formatted(
                                            plugin.id(),
                                            method.getName(),
                                            provider.getClass().getName(),
                                            Plugin.oneLine(thrown)),
                            thrown);
        };
    }
}
