package org.anira.backend.djl;

import org.anira.api.BackendException;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where tensors live.
 *
 * @param index of the CUDA device, −1 for the CPU
 */
record Device(int index) {

    /** The CPU in DJL's numbers: type and index. */
    static final int[] CPU = {0, -1};

    private static final Pattern FORM = Pattern.compile("auto|cpu|cuda(?::(\\d{1,4}))?");

    /**
     * Returns the device of this name: {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}.
     *
     * @throws BackendException BKD-001 if there is no such device
     */
    static Device of(String name) {
        Matcher match = FORM.matcher(name);
        if (!match.matches()) {
            throw new BackendException(
                    "BKD-001",
                    "Backend 'djl' has no device '%s'. Use auto, cpu, cuda or cuda:N."
                            .formatted(name));
        }
        if (name.equals("cpu") || name.equals("auto") && !Library.hasCuda()) {
            return new Device(-1);
        }
        int index = match.group(1) == null ? 0 : Integer.parseInt(match.group(1));
        Device device = new Device(index);
        try {
            Torch.DELETE.on(Torch.zeros(new long[] {1}, Torch.FLOAT32, device.numbers()));
        } catch (RuntimeException e) {
            throw new BackendException(
                    "BKD-001",
                    ("Backend 'djl' cannot compute on '%s': %s. Put a pytorch-native-cu128 jar into"
                         + " the plug-in's folder or set PYTORCH_LIBRARY_PATH to a CUDA libtorch"
                         + " 2.7.1; or use cpu.")
                            .formatted(name, Library.firstLine(e)),
                    e);
        }
        return device;
    }

    boolean isCpu() {
        return index < 0;
    }

    /** Returns type and index as DJL numbers them. */
    int[] numbers() {
        return isCpu() ? CPU : new int[] {1, index};
    }

    @Override
    public String toString() {
        return isCpu() ? "cpu" : "cuda:" + index;
    }
}
