/**
 * What the tensor backends stand on: rules of shape and type, ownership of tensors, bookkeeping of
 * parameters, and programs as values. A library, no plug-in: each backend carries it in its folder.
 */
module org.anira.backend.floor {
    requires transitive org.anira.api;

    exports org.anira.backend.floor;
}
