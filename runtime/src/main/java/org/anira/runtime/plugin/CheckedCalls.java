package org.anira.runtime.plugin;

import org.anira.api.AniraException;
import org.anira.api.BackendException;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Slot;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Checks calls to an object that a backend made: a session with its executables, or an exporter.
 * Errors name the backend. It is also an error if a session lacks a capability that its provider
 * declares.
 *
 * @param target the object
 * @param made how messages name it
 * @param declared the capabilities that the provider declares
 */
record CheckedCalls(Object target, PluginObject made, Set<Capability> declared)
        implements InvocationHandler {

    static <T> T wrap(Class<T> type, T target, PluginObject made, Set<Capability> declared) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        new CheckedCalls(target, made, declared)));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) {
        Object result;
        try {
            result = made.plugin().call(() -> called(method, arguments));
        } catch (BackendException e) {
            Optional<Capability> refused =
                    e.code().equals("BKD-002") ? needed(method, arguments) : Optional.empty();
            throw refused.filter(declared::contains).isPresent()
                    ? made.broken(
                            e,
                            "it declares the capability %s, and refuses '%s': %s",
                            refused.get(),
                            method.getName(),
                            e.getMessage())
                    : e;
        }
        made.require(
                result != null || method.getReturnType() == void.class,
                "'%s' returned nothing",
                method.getName());
        return result instanceof Executable executable
                ? wrap(Executable.class, executable, made, declared)
                : result;
    }

    private Object called(Method method, Object[] arguments) {
        if (arguments != null && arguments[0] instanceof Program program) {
            arguments[0] = hosted(program);
        }
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            switch (e.getCause()) {
                case AniraException meant -> throw meant;
                case OutOfMemoryError error -> throw error;
                case HostException ours -> throw ours.thrown;
                // As the session's listener asked for.
                case CancellationException stopped -> throw stopped;
                default -> throw made.failed(method.getName(), e.getCause());
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(
                    "the methods of " + method.getDeclaringClass() + " are public", e);
        }
    }

    /** An exception of the host's own code that the backend called: no fault of the backend. */
    private static final class HostException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient RuntimeException thrown;

        HostException(RuntimeException thrown) {
            super(thrown);
            this.thrown = thrown;
        }
    }

    private static Program hosted(Program program) {
        return (ops, inputs) -> {
            try {
                return program.body(ops, inputs);
            } catch (AniraException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new HostException(e);
            }
        };
    }

    /** Returns the capability that a call needs. */
    private static Optional<Capability> needed(Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "differentiate", "update", "clearGradients" -> Optional.of(Capability.TRAINING);
            case "read", "write" ->
                    Arrays.asList(arguments).contains(Slot.VALUE)
                            ? Optional.empty()
                            : Optional.of(Capability.TRAINING);
            case "load" -> Optional.of(Capability.EXPORT);
            default -> Optional.empty();
        };
    }
}
