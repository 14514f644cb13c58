/**
 * The library that the tensor backends share: rules of shape and type, ownership of tensors,
 * bookkeeping of parameters, and programs as values. It is no plug-in: each backend has a copy in
 * its folder.
 */
module org.anira.backend.floor {
    requires transitive org.anira.api;

    exports org.anira.backend.floor;
}
