package org.anira.runtime.plugin;

import org.anira.api.AniraException;
import org.anira.api.Option;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A proxy between the host and a provider. Every call runs with the plug-in's context class loader.
 * It throws PLG-012 once the plug-in is stopped, and PLG-005, naming the plug-in, if the provider
 * returns null or throws something other than an {@link AniraException}. Objects that a provider
 * makes are checked against the API's contract.
 *
 * @param kind the kind of the provider
 * @param provider the provider
 * @param plugin the provider's plug-in
 * @param answers the fixed results of some methods by name, as returned when the plug-in was
 *     started
 */
record ProviderCalls(Kind<?> kind, Provider provider, Plugin plugin, Map<String, Object> answers)
        implements InvocationHandler {

    /**
     * Wraps a provider, after calling once the methods that lists show.
     *
     * @throws PluginException PLG-005 if one of them throws or returns null, or two options have
     *     the same name
     */
    static ProviderCalls of(Kind<?> kind, Provider provider, Plugin plugin) {
        ProviderCalls unasked = new ProviderCalls(kind, provider, plugin, Map.of());
        return new ProviderCalls(
                kind,
                provider,
                plugin,
                Map.of(
                        "name", unasked.first("name", provider::name),
                        "summary", unasked.first("summary", provider::summary),
                        "options", unasked.first("options", () -> complete(provider.options()))));
    }

    private static List<Option> complete(List<Option> given) {
        List<Option> options = new ArrayList<>(Objects.requireNonNull(given, "it returned null"));
        Set<String> names = new HashSet<>();
        for (Option option : options) {
            Objects.requireNonNull(option, "one of its options is null");
            if (!names.add(option.name())) {
                throw new IllegalArgumentException(
                        "two of its options are named '%s'".formatted(option.name()));
            }
        }
        return Collections.unmodifiableList(options);
    }

    /** Returns the provider's name. */
    String name() {
        return answers.get("name").toString();
    }

    /** Returns the proxy. */
    Provider proxy() {
        return (Provider)
                Proxy.newProxyInstance(
                        kind.type().getClassLoader(), new Class<?>[] {kind.type()}, this);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        return plugin.call(() -> {
            Object answer = answers.get(method.getName());
            if (answer != null) {
                return answer;
            }
            try {
                return checked(
                        returned(method.getName(), method.invoke(provider, arguments)), arguments);
            } catch (InvocationTargetException e) {
                throw translate(method.getName(), e.getCause());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(
                        "the methods of " + method.getDeclaringClass() + " are public", e);
            }
        });
    }

    private <T> T first(String method, Supplier<T> call) {
        T value;
        try {
            value = call.get();
        } catch (Throwable e) {
            throw failed(method, Causes.of(e), e);
        }
        return returned(method, value);
    }

    private <T> T returned(String method, T value) {
        if (value == null) {
            throw failed(method, "it returned null", null);
        }
        return value;
    }

    /**
     * Wraps objects that a provider made in the host's checks; other results are returned as they
     * are.
     */
    private Object checked(Object answer, Object[] arguments) {
        return switch (answer) {
            case Task task -> new CheckedTask(made(), task);
            case HaltingMechanism mechanism ->
                    new CheckedMechanism(made(), mechanism, (Integer) arguments[1]);
            case Session session ->
                    CheckedCalls.wrap(Session.class, session, made(), capabilities());
            case Optional<?> exporter when provider instanceof BackendProvider ->
                    checked((Exporter) exporter.orElse(null));
            default -> answer;
        };
    }

    private Optional<Exporter> checked(Exporter exporter) {
        PluginObject backend = made();
        backend.require(
                exporter != null || !capabilities().contains(Capability.EXPORT),
                "it declares the capability EXPORT, and has no exporter");
        return Optional.ofNullable(exporter)
                .map(each -> CheckedCalls.wrap(Exporter.class, each, backend, capabilities()));
    }

    private Set<Capability> capabilities() {
        return ((BackendProvider) provider).capabilities();
    }

    private PluginObject made() {
        return new PluginObject(plugin, kind.noun(), name());
    }

    private RuntimeException translate(String method, Throwable thrown) {
        return switch (thrown) {
            case AniraException meant -> meant;
            case OutOfMemoryError error -> throw error;
            default -> failed(method, Causes.of(thrown), thrown);
        };
    }

    private PluginException failed(String method, String what, Throwable cause) {
        return new PluginException(
                "PLG-005",
                "Plugin '%s' failed in '%s' of its %s: %s"
                        .formatted(plugin.id(), method, kind.noun(), what),
                cause);
    }
}
