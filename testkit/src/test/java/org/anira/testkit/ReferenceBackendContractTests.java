package org.anira.testkit;

import org.anira.api.tensor.BackendProvider;
import org.anira.testkit.reference.ReferenceBackend;

/** The reference keeps its own contract: the parts that are not a comparison with itself. */
class ReferenceBackendContractTests extends BackendContract {

    @Override
    public BackendProvider provider() {
        return new ReferenceBackend();
    }
}
