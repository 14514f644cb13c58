package org.anira.api.tensor;

import org.anira.api.PublicApi;

/**
 * An optional ability of a backend. A call that needs a missing one throws BKD-002, which names
 * both.
 */
@PublicApi(since = "0.1")
public enum Capability {
    /**
     * Records gradients and updates parameters: {@link Executable#differentiate} and {@link
     * Session#update}.
     */
    TRAINING,
    /** Computes in {@link DType#BFLOAT16}. */
    BFLOAT16,
    /** Runs on a CUDA device. */
    CUDA,
    /**
     * Writes programs as files and runs such files: {@link BackendProvider#exporter} and {@link
     * Session#load}.
     */
    EXPORT
}
