package org.anira.api.tensor;

import org.anira.api.Experimental;
import org.anira.api.PublicApi;

/**
 * Owns the tensors made while it is the innermost open scope of its session, and frees them when it
 * closes. Scopes nest; they close in the reverse order of their opening.
 */
@Experimental
@PublicApi(since = "0.1")
public interface Scope extends AutoCloseable {

    /**
     * Moves a tensor of this scope to the scope around it, so that it outlives this one.
     *
     * @return the tensor to use from now on
     */
    Tensor keep(Tensor tensor);

    /**
     * Frees a tensor of this scope before the scope closes, such as a cache that a longer one has
     * replaced.
     */
    void free(Tensor tensor);

    /** Frees everything made inside that was not kept. */
    @Override
    void close();
}
