package org.anira.backend.torch;

import org.anira.api.BackendException;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where tensors live.
 *
 * @param kind CPU or CUDA, by libtorch's number
 * @param index of the CUDA device, 0 for the CPU
 */
record Device(int kind, int index) {

    /** The CPU. */
    static final Device CPU = new Device(Native.CPU, 0);

    private static final Pattern FORM = Pattern.compile("auto|cpu|cuda(?::(\\d{1,3}))?");

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
                    "Backend 'torch' has no device '%s'. Use auto, cpu, cuda or cuda:N."
                            .formatted(name));
        }
        if (name.equals("cpu")) {
            return CPU;
        }
        Device device =
                new Device(
                        Native.CUDA, match.group(1) == null ? 0 : Integer.parseInt(match.group(1)));
        Optional<String> obstacle = device.obstacle();
        if (obstacle.isEmpty()) {
            return device;
        }
        if (name.equals("auto")) {
            return CPU;
        }
        throw new BackendException(
                "BKD-001",
                ("Backend 'torch' cannot compute on '%s': %s. Let the option 'library' or %s name a"
                                + " PyTorch with CUDA, or use cpu.")
                        .formatted(name, obstacle.get(), Search.VARIABLE));
    }

    /** Returns what is in the way of computing there, if anything. */
    Optional<String> obstacle() {
        if (isCpu()) {
            return Optional.empty();
        }
        Optional<String> missing = Library.loadCuda();
        if (missing.isPresent()) {
            return missing;
        }
        try (Torch torch = new Torch()) {
            Torch.delete(torch.zeros(new long[] {1}, Native.FLOAT32, this));
            return Optional.empty();
        } catch (BackendException e) {
            return Optional.of(e.getMessage());
        }
    }

    boolean isCpu() {
        return kind == Native.CPU;
    }

    @Override
    public String toString() {
        return isCpu() ? "cpu" : "cuda:" + index;
    }
}
