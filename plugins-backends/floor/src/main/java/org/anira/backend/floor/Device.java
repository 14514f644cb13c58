package org.anira.backend.floor;

import org.anira.api.BackendException;
import org.anira.api.Option;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The device that holds tensors and computes.
 *
 * @param index of the CUDA device, −1 for the CPU
 */
public record Device(int index) {

    /** The CPU. */
    public static final Device CPU = new Device(-1);

    /** The option that names a device. */
    public static final Option OPTION =
            Option.text(
                    "device",
                    "auto",
                    "Where to compute: auto, cpu, cuda or cuda:N; auto takes cuda if it is there");

    private static final Pattern FORM = Pattern.compile("auto|cpu|cuda(?::(\\d{1,3}))?");

    /**
     * Returns the device of this name: {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}.
     *
     * @param backend the backend's name
     * @param obstacle why CUDA devices cannot be used; empty if they can
     * @param advice what to do about an obstacle
     * @throws BackendException BKD-001 if there is no such device
     */
    public static Device of(
            String backend,
            String name,
            Function<Device, Optional<String>> obstacle,
            String advice) {
        Matcher match = FORM.matcher(name);
        if (!match.matches()) {
            throw new BackendException(
                    "BKD-001",
                    "Backend '%s' has no device '%s'. Use auto, cpu, cuda or cuda:N."
                            .formatted(backend, name));
        }
        if (name.equals("cpu")) {
            return CPU;
        }
        Device device = cuda(match.group(1) == null ? 0 : Integer.parseInt(match.group(1)));
        Optional<String> found = obstacle.apply(device);
        if (found.isEmpty()) {
            return device;
        }
        if (name.equals("auto")) {
            return CPU;
        }
        throw new BackendException(
                "BKD-001",
                "Backend '%s' cannot compute on '%s': %s. %s"
                        .formatted(backend, name, found.get(), advice));
    }

    /** Returns a CUDA device. @param index from 0 */
    public static Device cuda(int index) {
        return new Device(index);
    }

    /** Returns whether it is the CPU. */
    public boolean isCpu() {
        return index < 0;
    }

    /** Returns its name, such as {@code cuda:0}. */
    @Override
    public String toString() {
        return isCpu() ? "cpu" : "cuda:" + index;
    }
}
