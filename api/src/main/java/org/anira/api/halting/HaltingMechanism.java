package org.anira.api.halting;

import org.anira.api.PublicApi;
import org.anira.api.tensor.Parameter;

import java.util.List;
import java.util.Set;

/** A mechanism for one model: immutable, shareable between threads. */
@PublicApi(since = "0.1")
public interface HaltingMechanism {

    /** Returns its parameters; every name begins with {@code halting.}. */
    List<Parameter> parameters();

    /** Returns the properties that it guarantees. */
    Set<HaltingBehaviour> behaviours();

    /** Returns the names of its inference rules, the default first; at least one. */
    List<String> rules();

    /** Returns the policy for training, which samples exits with the noise it asks for. */
    HaltingPolicy training();

    /**
     * Returns the policy for inference, which needs no noise.
     *
     * @param rule one of {@link #rules()}; the host has checked it
     */
    HaltingPolicy inference(String rule);
}
