package org.anira.backend.floor;

import org.anira.api.BackendException;
import org.anira.api.Option;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Session;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** A provider with a fixed description. Its constructor loads nothing native. */
public abstract class NativeProvider implements BackendProvider {

    private final String name;
    private final String summary;
    private final List<Option> options;
    private final Set<Capability> capabilities;

    /** Makes a provider with this description. */
    protected NativeProvider(
            String name, String summary, List<Option> options, Set<Capability> capabilities) {
        this.name = name;
        this.summary = summary;
        this.options = List.copyOf(options);
        this.capabilities = Set.copyOf(capabilities);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String summary() {
        return summary;
    }

    @Override
    public final List<Option> options() {
        return options;
    }

    @Override
    public final Set<Capability> capabilities() {
        return capabilities;
    }

    /** Tries to open a session. @param detail describes what computes, if it opens */
    protected static Probe tried(Supplier<Session> opened, Function<Session.Info, String> detail) {
        try (Session session = opened.get()) {
            return new Probe(true, detail.apply(session.info()));
        } catch (BackendException e) {
            return new Probe(false, e.getMessage());
        }
    }
}
