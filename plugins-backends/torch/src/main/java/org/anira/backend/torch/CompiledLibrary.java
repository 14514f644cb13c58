package org.anira.backend.torch;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.anira.api.BackendException;
import org.anira.backend.floor.Device;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A library that AOTInductor made ({@code torch/csrc/inductor/aoti_runtime/interface.h}), loaded
 * once per process and never unloaded. It checks nothing: inputs have the types, the number of axes
 * and the layout that it was compiled for.
 */
final class CompiledLibrary {

    private static final Map<Path, CompiledLibrary> LOADED = new ConcurrentHashMap<>();

    private final Path file;
    private final MethodHandle run;
    private final long container;
    private final MemorySegment given;
    private final MemorySegment made;
    private final int inputs;
    private final int outputs;

    @SuppressWarnings("restricted")
    private CompiledLibrary(Path file, Device device) {
        this.file = file;
        SymbolLookup symbols = SymbolLookup.libraryLookup(file, Arena.global());
        Arena arena = Arena.global();
        MemorySegment out = arena.allocate(JAVA_LONG);
        try {
            check(
                    (int)
                            bind(
                                            symbols,
                                            "CreateWithDevice",
                                            JAVA_LONG,
                                            JAVA_LONG,
                                            JAVA_LONG,
                                            JAVA_LONG)
                                    .invokeExact(
                                            out.address(),
                                            1L,
                                            arena.allocateFrom(device.toString()).address(),
                                            arena.allocateFrom(file.getParent().toString())
                                                    .address()));
            container = out.get(JAVA_LONG, 0);
            inputs = number(symbols, "GetNumInputs", out);
            outputs = number(symbols, "GetNumOutputs", out);
            run =
                    bind(
                            symbols,
                            "RunSingleThreaded",
                            JAVA_LONG,
                            JAVA_LONG,
                            JAVA_LONG,
                            JAVA_LONG,
                            JAVA_LONG,
                            JAVA_LONG,
                            JAVA_LONG);
            given = arena.allocate(JAVA_LONG, Math.max(1, inputs));
            made = arena.allocate(JAVA_LONG, Math.max(1, outputs));
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
    }

    private int number(SymbolLookup symbols, String name, MemorySegment out) throws Throwable {
        check(
                (int)
                        bind(symbols, name, JAVA_LONG, JAVA_LONG)
                                .invokeExact(container, out.address()));
        return Math.toIntExact(out.get(JAVA_LONG, 0));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle bind(SymbolLookup symbols, String name, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(
                        symbols.findOrThrow("AOTInductorModelContainer" + name),
                        FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /** Returns a library, loaded if it was not. */
    static CompiledLibrary load(Path file, Device device) {
        return LOADED.computeIfAbsent(
                file.toAbsolutePath(), path -> new CompiledLibrary(path, device));
    }

    /**
     * Runs it. One thread at a time: it has one set of buffers in the process.
     *
     * @param handles of tensors, which stay the caller's
     * @return new handles, one for each output
     */
    synchronized long[] run(Torch torch, long[] handles) {
        if (handles.length != inputs) {
            throw new IllegalStateException(
                    "%d tensors for the %d inputs of '%s'".formatted(handles.length, inputs, file));
        }
        for (int i = 0; i < inputs; i++) {
            // It takes its inputs over.
            given.setAtIndex(JAVA_LONG, i, torch.handle(handles[i]));
        }
        try {
            check(
                    (int)
                            run.invokeExact(
                                    container,
                                    given.address(),
                                    (long) inputs,
                                    made.address(),
                                    (long) outputs,
                                    0L,
                                    0L));
        } catch (Throwable e) {
            throw Native.unexpected(e);
        }
        long[] results = new long[outputs];
        for (int i = 0; i < outputs; i++) {
            results[i] = made.getAtIndex(JAVA_LONG, i);
            for (int j = 0; j < i; j++) {
                if (results[j] == results[i]) {
                    // A tensor that is given twice comes with one handle; each is to be the
                    // caller's.
                    results[i] = torch.copy(results[i]);
                    break;
                }
            }
        }
        return results;
    }

    private void check(int status) {
        if (status != 0) {
            throw new BackendException(
                    "BKD-005",
                    "Backend 'torch' failed in the compiled '%s'; libtorch printed the reason to standard error. Set the backend's option compile=off."
                            .formatted(file));
        }
    }
}
