package org.anira.backend.djl;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * libtorch's fused operations for which DJL has no native method of its own, called through a
 * TorchScript module.
 *
 * <p>The module is the text {@code kernels.py}, put into an archive in memory and read by
 * libtorch's loader. Its methods are single calls of libtorch operators, so autograd records them
 * as it would elsewhere. {@link Library} switches the optimizing graph executor off, which would
 * recompile them for every combination of shapes.
 */
final class Kernels implements AutoCloseable {

    /**
     * A pickled object of class {@code __torch__.Kernels} with the attribute {@code training =
     * True}: GLOBAL, EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, MARK, BINUNICODE, NEWTRUE, SETITEMS, BUILD,
     * STOP.
     */
    private static final byte[] MODULE =
            latin("\u0080\2c__torch__\nKernels\n)\u0081}(X\10\0\0\0training\u0088ub.");

    /** A pickled empty tuple: there are no constants. */
    private static final byte[] CONSTANTS = latin("\u0080\2).");

    private final long module;

    /** Loads the module. @param device type and index, as DJL numbers them */
    Kernels(int[] device) {
        byte[] archive = archive();
        module = Torch.loadModule(new ByteArrayInputStream(archive), archive.length, device);
    }

    /** Returns the handle of {@code method(tensors…, numbers…)}. */
    long call(String method, long[] tensors, double... numbers) {
        long[] values = new long[tensors.length + numbers.length];
        for (int i = 0; i < tensors.length; i++) {
            values[i] = Torch.TENSOR_VALUE.of(tensors[i]);
        }
        for (int i = 0; i < numbers.length; i++) {
            values[tensors.length + i] = Torch.doubleValue(numbers[i]);
        }
        return run(method, values);
    }

    /** Returns the handle of the Euclidean norm of all elements of all tensors together. */
    long norm(long[] tensors) {
        return run("norm", Torch.listValue(tensors));
    }

    /**
     * Updates parameters in place by AdamW; the lists are in one order.
     *
     * @param gradients scaled by this
     * @param norm handle of the norm of the gradients of all parameters
     * @param numbers step, rate, beta1, beta2, epsilon, clip, decay
     */
    void adamW(
            long[] values,
            long[] gradients,
            long[] first,
            long[] second,
            long norm,
            double... numbers) {
        long[] arguments = new long[5 + numbers.length];
        arguments[0] = Torch.listValue(values);
        arguments[1] = Torch.listValue(gradients);
        arguments[2] = Torch.listValue(first);
        arguments[3] = Torch.listValue(second);
        arguments[4] = Torch.TENSOR_VALUE.of(norm);
        for (int i = 0; i < numbers.length; i++) {
            arguments[5 + i] = Torch.doubleValue(numbers[i]);
        }
        Torch.DELETE.on(run("adamw", arguments));
    }

    private long run(String method, long... values) {
        try {
            long result = Torch.runModule(module, method, values);
            long tensor = Torch.VALUE_TENSOR.of(result);
            Torch.DELETE_VALUE.on(result);
            return tensor;
        } finally {
            for (long value : values) {
                Torch.DELETE_VALUE.on(value);
            }
        }
    }

    @Override
    public void close() {
        Torch.DELETE_MODULE.on(module);
    }

    private static byte[] archive() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream source = Kernels.class.getResourceAsStream("kernels.py");
                ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "kernels/data.pkl", MODULE);
            store(zip, "kernels/constants.pkl", CONSTANTS);
            store(zip, "kernels/version", latin("3\n"));
            store(zip, "kernels/code/__torch__.py", source.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("kernels.py is missing from the jar", e);
        }
        return bytes.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
