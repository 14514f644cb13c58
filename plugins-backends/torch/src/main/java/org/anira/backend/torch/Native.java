package org.anira.backend.torch;

import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.anira.api.BackendException;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The functions of libtorch that the backend calls, bound once {@link Library} has loaded it. All
 * but {@link #GRADIENT} and {@link #SET_THREADS} are of its stable C interface ({@code
 * torch/csrc/stable/c/shim.h} and {@code torch/csrc/inductor/aoti_torch/c/shim.h}), as it stands
 * since 2.10.
 *
 * <p>Addresses, handles of tensors among them, are longs. Most functions return 0, or something
 * else if they failed; {@link Torch} calls those and makes exceptions of failures.
 */
final class Native {

    /** All memory of the process: an address is an offset into it. */
    static final MemorySegment MEMORY = everything();

    /**
     * The version whose headers this class follows, as libtorch encodes it: one byte each of major
     * and minor number and patch, from the top. A newer libtorch takes arguments as that one did.
     */
    static final long VERSION = 2L << 56 | 10L << 48;

    // Any operator: its name, the name of its overload, arguments and results, VERSION.
    static final MethodHandle CALL =
            checked("torch_call_dispatcher", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    // Operators with a function of their own: arguments, where the result goes.
    static final MethodHandle SUBTRACT =
            checked(
                    "aoti_torch_aten_subtract_Tensor",
                    JAVA_LONG,
                    JAVA_LONG,
                    JAVA_DOUBLE,
                    JAVA_LONG);
    static final MethodHandle AMAX =
            checked("aoti_torch_aten_amax", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
    static final MethodHandle NARROW =
            checked(
                    "aoti_torch_aten_narrow",
                    JAVA_LONG,
                    JAVA_LONG,
                    JAVA_LONG,
                    JAVA_LONG,
                    JAVA_LONG);

    // Tensors: number of axes, sizes, strides, type, device and its index, where the result goes.
    static final MethodHandle EMPTY =
            checked(
                    "aoti_torch_empty_strided",
                    JAVA_LONG,
                    JAVA_LONG,
                    JAVA_LONG,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_LONG);
    static final MethodHandle FILL_WITH_ZEROS = checked("aoti_torch_zero_", JAVA_LONG);
    static final MethodHandle CLONE = checked("aoti_torch_clone", JAVA_LONG, JAVA_LONG);

    /** Target, source, whether without waiting. */
    static final MethodHandle COPY = checked("aoti_torch_copy_", JAVA_LONG, JAVA_LONG, JAVA_INT);

    static final MethodHandle UNDEFINED = checked("aoti_torch_new_uninitialized_tensor", JAVA_LONG);

    /** Source, target: makes the target's handle one of the source's tensor. */
    static final MethodHandle ASSIGN = checked("aoti_torch_assign_tensors", JAVA_LONG, JAVA_LONG);

    static final MethodHandle NEW_HANDLE =
            checked("aoti_torch_new_tensor_handle", JAVA_LONG, JAVA_LONG);
    static final MethodHandle DELETE = checked("aoti_torch_delete_tensor_object", JAVA_LONG);
    static final MethodHandle DATA = checked("aoti_torch_get_data_ptr", JAVA_LONG, JAVA_LONG);
    static final MethodHandle NUMBER_OF_ELEMENTS =
            checked("aoti_torch_get_numel", JAVA_LONG, JAVA_LONG);
    static final MethodHandle AXES = checked("aoti_torch_get_dim", JAVA_LONG, JAVA_LONG);
    static final MethodHandle SIZES = checked("aoti_torch_get_sizes", JAVA_LONG, JAVA_LONG);
    static final MethodHandle IS_CONTIGUOUS =
            checked("aoti_torch_is_contiguous", JAVA_LONG, JAVA_LONG);
    static final MethodHandle IS_DEFINED = checked("aoti_torch_is_defined", JAVA_LONG, JAVA_LONG);
    static final MethodHandle REQUIRE_GRADIENT =
            checked("torch_set_requires_grad", JAVA_LONG, JAVA_BOOLEAN);

    // Lists among the arguments of an operator, which takes them over.
    static final MethodHandle NEW_LIST =
            checked("torch_new_list_reserve_size", JAVA_LONG, JAVA_LONG);
    static final MethodHandle APPEND = checked("torch_list_push_back", JAVA_LONG, JAVA_LONG);

    /**
     * What C++ calls {@code operator new}: memory for the value of an optional argument, which
     * libtorch frees.
     */
    static final MethodHandle NEW = bind(Library.NEW, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));

    private static final MethodHandle ABI_VERSION =
            bind("aoti_torch_abi_version", FunctionDescriptor.of(JAVA_LONG));

    /** Whether operators called by this thread are recorded. */
    static final MethodHandle RECORD =
            bind("aoti_torch_grad_mode_set_enabled", FunctionDescriptor.ofVoid(JAVA_BOOLEAN));

    /**
     * {@code c10::TensorImpl::mutable_grad()}: the address of the handle of a leaf's gradient. Not
     * of the C interface, which has no way to a gradient.
     */
    static final MethodHandle GRADIENT =
            bind(Library.GRADIENT, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));

    /** {@code at::set_num_threads(int)}. Not of the C interface, which only says the number. */
    static final MethodHandle SET_THREADS =
            bind(Library.SET_THREADS, FunctionDescriptor.ofVoid(JAVA_INT));

    static final int CPU = number("aoti_torch_device_type_cpu");
    static final int CUDA = number("aoti_torch_device_type_cuda");
    static final int FLOAT32 = number("aoti_torch_dtype_float32");
    static final int BFLOAT16 = number("aoti_torch_dtype_bfloat16");
    static final int INT64 = number("aoti_torch_dtype_int64");
    static final int BOOL = number("aoti_torch_dtype_bool");

    /**
     * The reason of this thread's last failure, a C string; none before 2.13, which prints it to
     * standard error.
     */
    private static final Optional<MethodHandle> REASON =
            Library.find("torch_exception_get_what_without_backtrace")
                    .map(symbol -> bind(symbol, FunctionDescriptor.of(JAVA_LONG)));

    /** OpenBLAS's own number of threads, where libtorch computes with it. */
    private static final Optional<MethodHandle> SET_THREADS_OF_OPENBLAS =
            Library.find("openblas_set_num_threads")
                    .map(symbol -> bind(symbol, FunctionDescriptor.ofVoid(JAVA_INT)));

    private Native() {}

    /** Returns the version of libtorch, encoded like {@link #VERSION}. */
    static long abiVersion() {
        try {
            return (long) ABI_VERSION.invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets the number of threads of one operation, for this thread and the process. */
    static void setThreads(int threads) {
        try {
            SET_THREADS.invokeExact(threads);
            if (SET_THREADS_OF_OPENBLAS.isPresent()) {
                SET_THREADS_OF_OPENBLAS.get().invokeExact(threads);
            }
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Sets whether operators called by this thread are recorded. */
    static void record(boolean enabled) {
        try {
            RECORD.invokeExact(enabled);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /**
     * Throws if a function did not return 0.
     *
     * @param what what was asked of it
     * @throws BackendException BKD-005 if there was no memory left, else SHP-001; both with the
     *     first line of libtorch's own message
     */
    static void check(int status, String what) {
        if (status == 0) {
            return;
        }
        String reason = reason();
        if (reason.contains("allocate memory") || reason.contains("out of memory")) {
            throw new BackendException(
                    "BKD-005",
                    "Backend 'torch' ran out of memory in %s: %s.".formatted(what, reason));
        }
        throw new BackendException(
                "SHP-001", "Backend 'torch' was asked for %s: %s".formatted(what, reason));
    }

    private static String reason() {
        if (REASON.isEmpty()) {
            return "libtorch printed the reason to standard error";
        }
        try {
            long text = (long) REASON.get().invokeExact();
            return MEMORY.getString(text)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .orElse("libtorch gave no reason");
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** A native function throws nothing. */
    static RuntimeException unexpected(Throwable thrown) {
        if (thrown instanceof RuntimeException e) {
            return e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        return new IllegalStateException(thrown);
    }

    private static MethodHandle checked(String name, MemoryLayout... arguments) {
        return bind(name, FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static int number(String name) {
        try {
            return (int) bind(name, FunctionDescriptor.of(JAVA_INT)).invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private static MethodHandle bind(String name, FunctionDescriptor form) {
        return bind(Library.symbol(name), form);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle bind(MemorySegment symbol, FunctionDescriptor form) {
        return Linker.nativeLinker().downcallHandle(symbol, form);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment everything() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }
}
