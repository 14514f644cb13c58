package org.anira.backend.djl;

import ai.djl.pytorch.jni.JniUtils;

import org.anira.backend.floor.Device;

import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/**
 * The native functions of libtorch that the backend calls, by the handles (addresses) of native
 * tensors.
 *
 * <p>They are the native methods of DJL's class {@code PyTorchLibrary}, reached by method handles.
 * DJL's public wrappers around them add a name, a concurrent map entry and a manager to every
 * array, which costs more than a small operation itself; here a tensor is one {@code long}, and its
 * owner is a {@code Region}. As the handles sit in constants, the just-in-time compiler turns a
 * call into a plain native one.
 *
 * <p>A handle that is returned is the caller's to free with {@link #DELETE}. Failures are DJL's
 * {@code EngineException}. {@link Library#load} must have run before this class is touched.
 */
final class Torch {

    /** The CPU in DJL's numbers: type and index. */
    static final int[] CPU = {0, -1};

    /** DJL's number of float32. */
    static final int FLOAT32 = 0;

    /** DJL's number of int64. */
    static final int INT64 = 6;

    /** DJL's number of bool. */
    static final int BOOL = 7;

    private static final int STRIDED = 0;

    private static final MethodHandles.Lookup LOOKUP;
    private static final Object LIBRARY;

    static {
        try {
            Class<?> type = Class.forName(JniUtils.class.getPackageName() + ".PyTorchLibrary");
            LOOKUP = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
            LIBRARY = LOOKUP.findStaticGetter(type, "LIB", type).invoke();
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Torch() {}

    /** Returns type and index of a device as DJL numbers them. */
    static int[] numbers(Device device) {
        return device.isCpu() ? CPU : new int[] {1, device.index()};
    }

    // One record per signature. The field of a record is a constant to the compiler if the record
    // is.

    record Effect(MethodHandle target) {
        void on(long tensor) {
            try {
                target.invokeExact(tensor);
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }
    }

    record Unary(MethodHandle target) {
        long of(long tensor) {
            try {
                return (long) target.invokeExact(tensor);
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }
    }

    /** Of two tensors, or of a tensor and a number. */
    record Binary(MethodHandle target) {
        long of(long first, long second) {
            try {
                return (long) target.invokeExact(first, second);
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }
    }

    record Ternary(MethodHandle target) {
        long of(long first, long second, long third) {
            try {
                return (long) target.invokeExact(first, second, third);
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }
    }

    record Along(MethodHandle target) {
        long of(long tensor, long axis) {
            try {
                return (long) target.invokeExact(tensor, axis, false);
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }
    }

    record Normalize(MethodHandle target) {
        long of(long tensor, long axis) {
            try {
                return (long) target.invokeExact(tensor, axis, FLOAT32);
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }
    }

    record Arrange(MethodHandle target) {
        long of(long tensor, long[] numbers) {
            try {
                return (long) target.invokeExact(tensor, numbers);
            } catch (Throwable e) {
                throw unchecked(e);
            }
        }
    }

    static final Effect DELETE = new Effect(find("torchDeleteTensor", void.class, long.class));

    static final Unary ABS = unary("torchAbs");

    /** A copy of the numbers without history. */
    static final Unary CLONE = unary("tensorClone");

    static final Unary CONTIGUOUS = unary("torchToContiguous");
    static final Unary DETACH = unary("torchDetachGrad");
    static final Unary EXP = unary("torchExp");
    static final Unary GRADIENT = unary("torchGrad");
    static final Unary LOG = unary("torchLog");
    static final Unary NEGATE = unary("torchNeg");
    static final Unary NOT = unary("torchLogicalNot");
    static final Unary SIGMOID = unary("torchSigmoid");
    static final Unary SQRT = unary("torchSqrt");
    static final Unary SUM = unary("torchSum");
    static final Unary TANH = unary("torchTanh");

    static final Binary ADD = binary("torchAdd");
    static final Binary AND = binary("torchLogicalAnd");
    static final Binary CUMULATIVE_SUM = binary("torchCumSum");
    static final Binary DIVIDE = binary("torchTrueDivide");
    static final Binary EQUAL = binary("torchEq");
    static final Binary GREATER_OR_EQUAL = binary("torchGte");
    static final Binary MATMUL = binary("torchMatmul");
    static final Binary MAXIMUM = binary("torchMaximum");
    static final Binary MINIMUM = binary("torchMinimum");
    static final Binary MULTIPLY = binary("torchMul");
    static final Binary OR = binary("torchLogicalOr");
    static final Binary SQUEEZE = binary("torchSqueeze");
    static final Binary SUBTRACT = binary("torchSub");
    static final Binary UNSQUEEZE = binary("torchUnsqueeze");

    /** Input [..., in], weight [out, in], bias [out] or 0. */
    static final Ternary LINEAR = ternary("torchNNLinear");

    /** Condition, value where it holds, value elsewhere. */
    static final Ternary WHERE = ternary("torchWhere");

    static final Along ARGMAX = along("torchArgMax");
    static final Along MAX = along("torchMax");

    static final Normalize LOG_SOFTMAX = normalize("torchLogSoftmax");
    static final Normalize SOFTMAX = normalize("torchSoftmax");

    static final Arrange EXPAND = arrange("torchExpand");
    static final Arrange PERMUTE = arrange("torchPermute");
    static final Arrange RESHAPE = arrange("torchReshape");

    private static final MethodHandle SUM_ALONG =
            find("torchSum", long.class, long.class, long[].class, boolean.class);
    private static final MethodHandle SLICE =
            find(
                    "torchSlice",
                    long.class,
                    long.class,
                    long.class,
                    long.class,
                    long.class,
                    long.class);
    private static final MethodHandle GATHER =
            find("torchGather", long.class, long.class, long.class, long.class, boolean.class);
    private static final MethodHandle EMBEDDING =
            find("torchNNEmbedding", long.class, long.class, long.class, boolean.class);
    private static final MethodHandle CAT = find("torchCat", long.class, long[].class, long.class);
    private static final MethodHandle BYTES =
            find("torchDirectByteBuffer", ByteBuffer.class, long.class);
    private static final MethodHandle TO =
            find("torchTo", long.class, long.class, int.class, int[].class);
    private static final MethodHandle EMPTY =
            find(
                    "torchEmpty",
                    long.class,
                    long[].class,
                    int.class,
                    int.class,
                    int[].class,
                    boolean.class);
    private static final MethodHandle ZEROS =
            find(
                    "torchZeros",
                    long.class,
                    long[].class,
                    int.class,
                    int.class,
                    int[].class,
                    boolean.class);
    private static final MethodHandle FULL =
            find(
                    "torchFull",
                    long.class,
                    long[].class,
                    double.class,
                    int.class,
                    int.class,
                    int[].class,
                    boolean.class);
    private static final MethodHandle ARANGE =
            find(
                    "torchArange",
                    long.class,
                    float.class,
                    float.class,
                    float.class,
                    int.class,
                    int.class,
                    int[].class,
                    boolean.class);
    private static final MethodHandle ATTACH_GRADIENT =
            find("torchAttachGrad", void.class, long.class, boolean.class);
    private static final MethodHandle BACKWARD =
            find("torchBackward", void.class, long.class, long.class, boolean.class, boolean.class);

    static long sum(long tensor, long axis) {
        try {
            return (long) SUM_ALONG.invokeExact(tensor, new long[] {axis}, false);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long slice(long tensor, long axis, long from, long to) {
        try {
            return (long) SLICE.invokeExact(tensor, axis, from, to, 1L);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long gather(long tensor, long index, long axis) {
        try {
            return (long) GATHER.invokeExact(tensor, index, axis, false);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Rows of a table [N, W]. */
    static long embedding(long index, long table) {
        try {
            return (long) EMBEDDING.invokeExact(index, table, false);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long concat(long[] tensors, long axis) {
        try {
            return (long) CAT.invokeExact(tensors, axis);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** The memory of a contiguous tensor of the CPU, valid while the tensor lives. */
    static ByteBuffer bytes(long tensor) {
        try {
            return (ByteBuffer) BYTES.invokeExact(tensor);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /**
     * A copy in another type or on another device, without history; the same tensor if it has both
     * already.
     */
    static long to(long tensor, int type, int[] device) {
        try {
            return (long) TO.invokeExact(tensor, type, device);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long empty(long[] shape, int type, int[] device) {
        try {
            return (long) EMPTY.invokeExact(shape, type, STRIDED, device, false);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long zeros(long[] shape, int type, int[] device) {
        try {
            return (long) ZEROS.invokeExact(shape, type, STRIDED, device, false);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long full(long[] shape, double value, int type, int[] device) {
        try {
            return (long) FULL.invokeExact(shape, value, type, STRIDED, device, false);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** 0, 1, … n − 1; exact for n up to 2²⁴, as DJL passes the bounds in float32. */
    static long range(long n, int[] device) {
        try {
            return (long) ARANGE.invokeExact(0f, (float) n, 1f, INT64, STRIDED, device, false);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Makes a tensor without history a leaf that collects a gradient. */
    static void attachGradient(long tensor) {
        try {
            ATTACH_GRADIENT.invokeExact(tensor, true);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /**
     * Adds the gradient of a scalar, times {@code gradient}, to that of its leaves, and frees the
     * history.
     */
    static void backward(long scalar, long gradient) {
        try {
            BACKWARD.invokeExact(scalar, gradient, false, false);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    // TorchScript modules and the values passed to their methods; see Kernels.

    private static final MethodHandle MODULE_LOAD =
            find(
                    "moduleLoad",
                    long.class,
                    InputStream.class,
                    int[].class,
                    boolean.class,
                    byte[].class,
                    long.class);
    private static final MethodHandle MODULE_RUN =
            find(
                    "moduleRunMethod",
                    long.class,
                    long.class,
                    String.class,
                    long[].class,
                    boolean.class,
                    boolean.class);
    private static final MethodHandle DOUBLE_VALUE =
            find("iValueFromDouble", long.class, double.class);
    private static final MethodHandle LIST_VALUE =
            find("iValueFromTensorList", long.class, long[].class);

    static final Effect DELETE_MODULE =
            new Effect(find("torchDeleteModule", void.class, long.class));
    static final Effect DELETE_VALUE =
            new Effect(find("torchDeleteIValue", void.class, long.class));
    static final Unary TENSOR_VALUE = unary("iValueFromTensor");
    static final Unary INTEGER_VALUE = unary("iValueFromLong");
    static final Unary VALUE_TENSOR = unary("iValueToTensor");

    static long loadModule(InputStream archive, int size, int[] device) {
        try {
            return (long)
                    MODULE_LOAD.invokeExact(archive, device, true, new byte[size], (long) size);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /** Calls a method with values, in the calling thread's gradient mode. Returns a value. */
    static long runModule(long module, String method, long[] values) {
        try {
            return (long) MODULE_RUN.invokeExact(module, method, values, true, false);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long doubleValue(double value) {
        try {
            return (long) DOUBLE_VALUE.invokeExact(value);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    static long listValue(long[] tensors) {
        try {
            return (long) LIST_VALUE.invokeExact(tensors);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static Unary unary(String name) {
        return new Unary(find(name, long.class, long.class));
    }

    private static Binary binary(String name) {
        return new Binary(find(name, long.class, long.class, long.class));
    }

    private static Ternary ternary(String name) {
        return new Ternary(find(name, long.class, long.class, long.class, long.class));
    }

    private static Along along(String name) {
        return new Along(find(name, long.class, long.class, long.class, boolean.class));
    }

    private static Normalize normalize(String name) {
        return new Normalize(find(name, long.class, long.class, long.class, int.class));
    }

    private static Arrange arrange(String name) {
        return new Arrange(find(name, long.class, long.class, long[].class));
    }

    private static MethodHandle find(String name, Class<?> result, Class<?>... parameters) {
        try {
            return LOOKUP.findVirtual(
                            LIBRARY.getClass(), name, MethodType.methodType(result, parameters))
                    .bindTo(LIBRARY);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(
                    "DJL's native binding has no method " + name + "; is it another version?", e);
        }
    }

    /** The native methods declare no checked exception, so there is none to wrap. */
    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            return e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        return new IllegalStateException(thrown);
    }
}
