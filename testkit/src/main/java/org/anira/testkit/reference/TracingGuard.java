package org.anira.testkit.reference;

import org.anira.api.Experimental;
import org.anira.api.PublicApi;
import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Calls the body of a program as a backend that traces would, and fails where it breaks a rule of
 * {@code org.anira.api.tensor}: it asks for a size that varies, reads a value back, or changes the
 * carry of a loop.
 *
 * <p>The program is called once, with inputs of two different sizes at the same time. A size in
 * which the two differ varies: it is −1 in {@link Tensor#shape}, and {@link Tensor#size} fails on
 * it. A loop calls its body once.
 */
@Experimental
@PublicApi(since = "0.1")
public final class TracingGuard {

    private final List<Session> worlds;

    private TracingGuard(List<Session> worlds) {
        this.worlds = worlds;
    }

    /** Makes the inputs of a program. */
    @FunctionalInterface
    public interface Inputs {
        /** Returns the inputs as tensors of a session. */
        List<Tensor> on(Session session);
    }

    /**
     * Calls the body of a program once.
     *
     * @param parameters what the program may ask for; all ones
     * @param first the inputs at one size
     * @param second the inputs at another, in which everything differs that varies
     * @return the shapes of the outputs, −1 where a size varies
     * @throws AssertionError if the body breaks a rule
     */
    public static List<List<Long>> trace(
            List<Parameter> parameters, Program program, Inputs first, Inputs second) {
        try (ReferenceSession one = ReferenceBackend.session();
                ReferenceSession two = ReferenceBackend.session()) {
            List<ReferenceSession> worlds = List.of(one, two);
            List<Ops> ops = new ArrayList<>();
            for (ReferenceSession world : worlds) {
                world.open();
                ops.add(new ReferenceOps(world));
                for (Parameter parameter : parameters) {
                    float[] ones = new float[Math.toIntExact(parameter.size())];
                    Arrays.fill(ones, 1);
                    world.define(parameter, MemorySegment.ofArray(ones));
                }
            }
            TracingGuard guard = new TracingGuard(List.copyOf(worlds));
            List<Tensor> inputs = guard.pairs(first.on(one), second.on(two));
            List<Tensor> outputs = program.body(guard.ops(ops), inputs);
            return outputs.stream().map(Tensor::shape).toList();
        }
    }

    // A traced tensor stands for one tensor in each world.

    private Tensor pair(List<Tensor> tensors) {
        return proxy(Tensor.class, new TracedTensor(tensors));
    }

    private List<Tensor> pairs(List<Tensor> first, List<Tensor> second) {
        if (first.size() != second.size()) {
            throw new AssertionError(
                    "%d tensors at one size, %d at another".formatted(first.size(), second.size()));
        }
        List<Tensor> pairs = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            pairs.add(pair(List.of(first.get(i), second.get(i))));
        }
        return pairs;
    }

    private Ops ops(List<Ops> ops) {
        return proxy(Ops.class, new TracedOps(ops));
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        TracingGuard.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** Returns what a call gives in all worlds, as one. */
    private Object call(List<?> targets, Method method, Object[] arguments) throws Throwable {
        List<Object> results = new ArrayList<>();
        for (int world = 0; world < worlds.size(); world++) {
            Object[] given = new Object[arguments == null ? 0 : arguments.length];
            for (int i = 0; i < given.length; i++) {
                given[i] = in(world, arguments[i]);
            }
            try {
                results.add(method.invoke(targets.get(world), given));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
        return switch (results.getFirst()) {
            case Tensor first -> pair(List.of(first, (Tensor) results.get(1)));
            case ActiveRows a when results.get(1) instanceof ActiveRows b ->
                    new ActiveRows(
                            pair(List.of(a.token(), b.token())),
                            pair(List.of(a.inverse(), b.inverse())),
                            pair(List.of(a.query(), b.query())),
                            pair(List.of(a.place(), b.place())));
            case Object same -> same;
        };
    }

    private static Object in(int world, Object argument) {
        return switch (argument) {
            case Tensor tensor -> TracedTensor.of(tensor).tensors.get(world);
            case ActiveRows rows ->
                    new ActiveRows(
                            (Tensor) in(world, rows.token()),
                            (Tensor) in(world, rows.inverse()),
                            (Tensor) in(world, rows.query()),
                            (Tensor) in(world, rows.place()));
            case List<?> list -> list.stream().map(entry -> in(world, entry)).toList();
            case Object other -> other;
        };
    }

    /** What a traced tensor answers. */
    private final class TracedTensor implements InvocationHandler {

        private final List<Tensor> tensors;

        TracedTensor(List<Tensor> tensors) {
            this.tensors = tensors;
            if (tensors.get(0).type() != tensors.get(1).type()
                    || tensors.get(0).rank() != tensors.get(1).rank()) {
                throw new AssertionError(
                        "type or rank depend on sizes that vary: %s and %s"
                                .formatted(tensors.get(0), tensors.get(1)));
            }
        }

        static TracedTensor of(Tensor tensor) {
            if (Proxy.isProxyClass(tensor.getClass())
                    && Proxy.getInvocationHandler(tensor) instanceof TracedTensor traced) {
                return traced;
            }
            throw new AssertionError("%s was not made by this call of the body".formatted(tensor));
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            return switch (method.getName()) {
                case "shape" -> shape();
                case "size" -> size((int) arguments[0]);
                case "toString" -> tensors.getFirst().type() + shape().toString();
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default ->
                        method.isDefault()
                                ? InvocationHandler.invokeDefault(proxy, method, arguments)
                                : call(tensors, method, arguments);
            };
        }

        private List<Long> shape() {
            List<Long> shape = new ArrayList<>(tensors.getFirst().shape());
            for (int axis = 0; axis < shape.size(); axis++) {
                if (!shape.get(axis).equals(tensors.get(1).shape().get(axis))) {
                    shape.set(axis, -1L);
                }
            }
            return List.copyOf(shape);
        }

        private long size(int axis) {
            long size = shape().get(axis < 0 ? axis + shape().size() : axis);
            if (size < 0) {
                throw new AssertionError(
                        "the size of axis %d of %s is asked for, but it varies"
                                .formatted(axis, shape()));
            }
            return size;
        }
    }

    /** What the operations of a traced program answer. */
    private final class TracedOps implements InvocationHandler {

        private final List<Ops> ops;

        TracedOps(List<Ops> ops) {
            this.ops = ops;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("loop")) {
                @SuppressWarnings("unchecked") // the one signature of Ops.loop
                List<Tensor> carry = (List<Tensor>) arguments[2];
                return loop((Ops) proxy, (int) arguments[0], carry, (Ops.Body) arguments[3]);
            }
            return method.isDefault()
                    ? InvocationHandler.invokeDefault(proxy, method, arguments)
                    : call(ops, method, arguments);
        }

        private List<Tensor> loop(Ops proxy, int first, List<Tensor> carry, Ops.Body body) {
            List<Tensor> next = body.step(proxy.integer(first), carry);
            boolean same = next.size() == carry.size();
            for (int i = 0; same && i < next.size(); i++) {
                same =
                        next.get(i).type() == carry.get(i).type()
                                && next.get(i).rank() == carry.get(i).rank();
            }
            if (!same) {
                throw new AssertionError(
                        "the carry %s of a loop becomes %s; number, types and ranks stay"
                                .formatted(carry, next));
            }
            return next;
        }
    }
}
