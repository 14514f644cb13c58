package org.anira.testkit;

import org.anira.api.Option;
import org.anira.api.Provider;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.Scorer;
import org.anira.api.task.Task;
import org.anira.api.task.TaskProvider;
import org.anira.api.task.Vocabulary;
import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.AttentionMask;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A right plug-in in which a method or two do something else: what shows that a contract can fail.
 * Everything that the provider hands out is altered as well, such as the policies of a mechanism or
 * the tensors of a session.
 */
final class Altered {

    /** What a provider of each kind hands out, and is altered with it. */
    private static final Map<Class<?>, List<Class<?>>> PARTS =
            Map.of(
                    HaltingProvider.class,
                    List.of(HaltingMechanism.class, HaltingPolicy.class),
                    TaskProvider.class,
                    List.of(Task.class, Vocabulary.class, Scorer.class),
                    BackendProvider.class,
                    List.of(Session.class, Scope.class, Executable.class, Ops.class, Tensor.class));

    /** What a method does instead. */
    @FunctionalInterface
    interface Alteration {
        Object apply(Call call) throws Throwable;
    }

    /** A call of an altered method. Tensors and the like are those of the right plug-in. */
    record Call(Object target, Method method, Object[] arguments) {

        /** Returns what the right plug-in gives for these arguments. */
        Object rightFor(Object... others) throws Throwable {
            try {
                return method.invoke(target, others);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        /** Returns what the right plug-in gives. */
        Object right() throws Throwable {
            return rightFor(arguments);
        }

        /** Returns what the right plug-in gives, as its type. */
        <T> T right(Class<T> type) throws Throwable {
            return type.cast(right());
        }

        <T> T argument(int place, Class<T> type) {
            return type.cast(arguments[place]);
        }
    }

    private final List<Class<?>> parts;
    private final Map<String, Alteration> alterations;

    private Altered(List<Class<?>> parts, Map<String, Alteration> alterations) {
        this.parts = parts;
        this.alterations = alterations;
    }

    /**
     * Returns a plug-in with other methods.
     *
     * @param kind the interface of the provider
     * @param alterations by the method's interface and name, such as {@code Task.grade}, with the
     *     types of its parameters if it is overloaded, such as {@code Tensor.add(double)}
     */
    static <P extends Provider> P plugin(
            Class<P> kind, P right, Map<String, Alteration> alterations) {
        return new Altered(PARTS.get(kind), alterations).wrap(kind, right);
    }

    /**
     * Returns a plug-in with one option more, a choice {@code form} of {@code old}, its default,
     * and {@code new}.
     *
     * @param settings which argument of {@code create} the settings are
     * @param create what {@code create} does if the choice is {@code new}
     */
    static <P extends Provider> P choosing(
            Class<P> kind, P right, int settings, Alteration create) {
        List<Option> options = new ArrayList<>(right.options());
        options.add(Option.choice("form", "old", List.of("old", "new"), "What is made"));
        return plugin(
                kind,
                right,
                Map.of(
                        "Provider.options",
                        _ -> List.copyOf(options),
                        kind.getSimpleName() + ".create",
                        call ->
                                call.argument(settings, Settings.class).text("form").equals("new")
                                        ? create.apply(call)
                                        : call.right()));
    }

    /** Returns a method as alterations name it, with the types of its parameters. */
    static String signature(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(
                        Collectors.joining(
                                ", ",
                                method.getDeclaringClass().getSimpleName()
                                        + "."
                                        + method.getName()
                                        + "(",
                                ")"));
    }

    private <T> T wrap(Class<T> type, Object right) {
        return type.cast(
                Proxy.newProxyInstance(
                        Altered.class.getClassLoader(),
                        new Class<?>[] {type},
                        new Handler(this, right)));
    }

    /** A call on something that is altered. */
    private record Handler(Altered altered, Object right) implements InvocationHandler {

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getDeclaringClass() == Object.class) {
                return method.getName().equals("equals")
                        ? right.equals(altered.inside(arguments[0]))
                        : method.invoke(right, arguments);
            }
            Object[] given =
                    arguments == null
                            ? new Object[0]
                            : Arrays.stream(arguments).map(altered::inside).toArray();
            Call call = new Call(right, method, given);
            String name = method.getDeclaringClass().getSimpleName() + "." + method.getName();
            Alteration alteration =
                    altered.alterations.getOrDefault(
                            name, altered.alterations.getOrDefault(signature(method), Call::right));
            return altered.outside(alteration.apply(call), method.getReturnType());
        }
    }

    /** Returns what the plug-in hands out as its host sees it. */
    private Object outside(Object result, Class<?> declared) {
        if (parts.contains(declared) && result != null) {
            return wrap(declared, result);
        }
        return switch (result) {
            case List<?> list -> list.stream().map(this::outside).toList();
            case Optional<?> optional -> optional.map(this::outside);
            case ActiveRows rows when parts.contains(Tensor.class) ->
                    new ActiveRows(
                            wrap(Tensor.class, rows.token()),
                            wrap(Tensor.class, rows.inverse()),
                            wrap(Tensor.class, rows.query()),
                            wrap(Tensor.class, rows.place()));
            case null, default -> result;
        };
    }

    private Object outside(Object result) {
        return parts.stream()
                .filter(part -> part.isInstance(result))
                .findFirst()
                .map(part -> (Object) wrap(part, result))
                .orElse(result);
    }

    /** Returns what the host hands over as the right plug-in sees it. */
    private Object inside(Object argument) {
        return switch (argument) {
            case Proxy proxy when Proxy.getInvocationHandler(proxy) instanceof Handler handler ->
                    handler.right();
            case List<?> list -> list.stream().map(this::inside).toList();
            case ActiveRows rows ->
                    new ActiveRows(
                            (Tensor) inside(rows.token()),
                            (Tensor) inside(rows.inverse()),
                            (Tensor) inside(rows.query()),
                            (Tensor) inside(rows.place()));
            case AttentionMask mask ->
                    new AttentionMask((Tensor) inside(mask.bias()), mask.causal());
            case Program program when parts.contains(Tensor.class) ->
                    (Program)
                            (ops, inputs) ->
                                    tensors(
                                            inside(
                                                    program.body(
                                                            wrap(Ops.class, ops),
                                                            tensors(outside(inputs, List.class)))));
            case Ops.Body body when parts.contains(Tensor.class) ->
                    (Ops.Body)
                            (d, carry) ->
                                    tensors(
                                            inside(
                                                    body.step(
                                                            wrap(Tensor.class, d),
                                                            tensors(outside(carry, List.class)))));
            case null, default -> argument;
        };
    }

    @SuppressWarnings("unchecked") // lists of tensors stay lists of tensors, inside and outside
    private static List<Tensor> tensors(Object list) {
        return (List<Tensor>) list;
    }
}
