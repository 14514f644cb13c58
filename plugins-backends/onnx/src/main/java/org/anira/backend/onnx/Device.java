package org.anira.backend.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import org.anira.api.BackendException;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a graph is computed.
 *
 * @param index of the CUDA device, −1 for the CPU
 */
record Device(int index) {

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
                    "Backend 'onnx' has no device '%s'. Use auto, cpu, cuda or cuda:N."
                            .formatted(name));
        }
        if (name.equals("cpu") || name.equals("auto") && !Engine.hasCuda()) {
            return new Device(-1);
        }
        if (!Engine.hasCuda()) {
            throw unusable(
                    name, "these natives of ONNX Runtime were built for the CPU alone", null);
        }
        Device device = new Device(match.group(1) == null ? 0 : Integer.parseInt(match.group(1)));
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            device.require(options);
            return device;
        } catch (OrtException e) {
            if (name.equals("auto")) {
                return new Device(-1);
            }
            throw unusable(name, Engine.firstLine(e), e);
        }
    }

    private static BackendException unusable(String name, String reason, Exception cause) {
        return new BackendException(
                "BKD-001",
                ("Backend 'onnx' cannot compute on '%s': %s. Put the jar onnxruntime_gpu in the"
                     + " place of onnxruntime in the plug-in's folder, with CUDA and cuDNN"
                     + " installed; or use cpu.")
                        .formatted(name, reason),
                cause);
    }

    boolean isCpu() {
        return index < 0;
    }

    /** Asks for this device, and that no node is left to the CPU in its place. */
    void require(OrtSession.SessionOptions options) throws OrtException {
        if (!isCpu()) {
            options.addCUDA(index);
            options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
        }
    }

    @Override
    public String toString() {
        return isCpu() ? "cpu" : "cuda:" + index;
    }
}
