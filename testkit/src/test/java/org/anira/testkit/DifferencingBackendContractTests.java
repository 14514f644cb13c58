package org.anira.testkit;

import org.anira.api.tensor.BackendProvider;

/** A backend that trains, in plain Java, keeps the whole contract. */
class DifferencingBackendContractTests extends BackendContract {

    @Override
    public BackendProvider provider() {
        return new DifferencingBackend();
    }
}
