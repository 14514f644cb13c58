package org.anira.runtime.plugin;

import org.anira.api.AniraException;
import org.anira.api.PluginException;
import org.anira.api.Provider;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.task.Task;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Exporter;
import org.anira.api.tensor.Session;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;

/**
 * Stands between the host and a provider: every call runs with the plug-in's context class loader,
 * ends with PLG-012 once the plug-in is stopped, and ends with PLG-005, naming the plug-in, where
 * the provider throws something that is no {@link AniraException}. What a provider makes is held to
 * what the API promises of it.
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
                return checked(method.invoke(provider, arguments), arguments);
            } catch (InvocationTargetException e) {
                throw translate(method, e.getCause());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(
                        "the methods of " + method.getDeclaringClass() + " are public", e);
            }
        });
    }

    /** Puts the host's checks around what a provider made; other answers stay as they are. */
    private Object checked(Object answer, Object[] arguments) {
        return switch (answer) {
            case Task task -> new CheckedTask(made(Kind.TASK), task);
            case HaltingMechanism mechanism ->
                    new CheckedMechanism(made(Kind.HALTING), mechanism, (Integer) arguments[1]);
            case Session session ->
                    CheckedCalls.wrap(Session.class, session, made(Kind.BACKEND), capabilities());
            case Optional<?> exporter when provider instanceof BackendProvider ->
                    checked((Exporter) exporter.orElse(null));
            case null, default -> answer;
        };
    }

    private Optional<Exporter> checked(Exporter exporter) {
        Made backend = made(Kind.BACKEND);
        backend.require(
                exporter != null || !capabilities().contains(Capability.EXPORT),
                "it declares the capability EXPORT, and has no exporter");
        return Optional.ofNullable(exporter)
                .map(each -> CheckedCalls.wrap(Exporter.class, each, backend, capabilities()));
    }

    private Set<Capability> capabilities() {
        return ((BackendProvider) provider).capabilities();
    }

    private Made made(Kind<?> kind) {
        return new Made(plugin, kind.noun(), provider.name());
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
