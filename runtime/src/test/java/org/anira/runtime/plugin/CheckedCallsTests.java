package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.anira.api.AniraException;
import org.anira.api.BackendException;
import org.anira.api.Settings;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Executable;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.testkit.reference.ReferenceBackend;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;

/** A backend whose sessions do not keep what it declares is named. */
class CheckedCallsTests {

    private static final String REFUSED = "The backend has no capability TRAINING.";
    private static final AdamW RULE = new AdamW(1e-3, 0.9, 0.95, 1e-8, 0, 1);

    @TempDir static Path directory;
    private static Plugin plugin;

    @BeforeAll
    static void startThePlugin() {
        plugin = Fakes.plugin(directory);
    }

    /** Returns a backend whose sessions answer every call in one way. */
    private BackendProvider backend(Set<Capability> declared, InvocationHandler answer) {
        return Fakes.hosted(
                Kind.BACKEND,
                new BackendProvider() {
                    @Override
                    public String name() {
                        return "beads";
                    }

                    @Override
                    public String summary() {
                        return "Beads";
                    }

                    @Override
                    public Set<Capability> capabilities() {
                        return declared;
                    }

                    @Override
                    public Probe probe(Settings settings) {
                        return new Probe(true, "");
                    }

                    @Override
                    public Session open(Settings settings) {
                        return (Session)
                                Proxy.newProxyInstance(
                                        Session.class.getClassLoader(),
                                        new Class<?>[] {Session.class},
                                        answer);
                    }
                },
                plugin);
    }

    private Session session(Set<Capability> declared, InvocationHandler answer) {
        return backend(declared, answer).open(Settings.defaults(List.of()));
    }

    private static Object refuse() {
        throw new BackendException("BKD-002", REFUSED);
    }

    private static String thrown(Runnable action) {
        AniraException e = assertThrows(AniraException.class, action::run);
        return e.code() + " " + e.getMessage();
    }

    @Test
    void aSessionThatRefusesWhatIsDeclaredIsNamed() {
        Session session = session(Set.of(Capability.TRAINING), (_, _, _) -> refuse());

        assertEquals(
                "PLG-015 Backend 'beads' of plugin 'fake' breaks a promise: it declares the"
                        + " capability TRAINING, and refuses 'update': "
                        + REFUSED
                        + " Report it to the plugin's author, or use another version.",
                thrown(() -> session.update(RULE, 1)));
    }

    @Test
    void aSessionMayRefuseWhatIsNotDeclared() {
        Session session = session(Set.of(), (_, _, _) -> refuse());

        assertEquals("BKD-002 " + REFUSED, thrown(() -> session.update(RULE, 1)));
    }

    /** A listener may ask that long work ends; that it does is no failure. */
    @Test
    void workThatWasStoppedIsNoFailure() {
        Session session =
                session(
                        Set.of(),
                        (_, _, _) -> {
                            throw new CancellationException("stopped");
                        });

        assertThrows(CancellationException.class, () -> session.update(RULE, 1));
    }

    @Test
    void anExporterThatIsDeclaredMustBeThere() {
        BackendProvider backend = backend(Set.of(Capability.EXPORT), (_, _, _) -> null);

        assertEquals(
                "PLG-015 Backend 'beads' of plugin 'fake' breaks a promise: it declares the"
                        + " capability EXPORT, and has no exporter. Report it to the plugin's"
                        + " author, or use another version.",
                thrown(backend::exporter));
    }

    @Test
    void aSessionThatFailsIsNamed() {
        Session session =
                session(
                        Set.of(),
                        (_, _, _) -> {
                            throw new UnsupportedOperationException();
                        });

        assertEquals(
                "PLG-005 'parameters' of backend 'beads' of plugin 'fake' failed: unsupported"
                        + " operation. Report it to the plugin's author; --stacktrace shows where.",
                thrown(session::parameters));
    }

    @Test
    void aSessionThatReturnsNothingIsNamed() {
        Session session = session(Set.of(), (_, _, _) -> null);

        assertEquals(
                "PLG-015 Backend 'beads' of plugin 'fake' breaks a promise: 'info' returned"
                        + " nothing. Report it to the plugin's author, or use another version.",
                thrown(session::info));
    }

    /** The backend calls the program, but what the program throws is the host's. */
    @Test
    void aProgramThatFailsIsNoFaultOfTheBackend() {
        BackendProvider reference = new ReferenceBackend();
        BackendProvider hosted = Fakes.hosted(Kind.BACKEND, reference, plugin);
        try (Session session = hosted.open(Settings.defaults(reference.options()));
                Scope _ = session.scope();
                Executable program =
                        session.compile(
                                (_, _) -> {
                                    throw new IllegalStateException("ours");
                                },
                                List.of(Input.of("x", DType.FLOAT32, 1)))) {
            IllegalStateException e =
                    assertThrows(
                            IllegalStateException.class,
                            () -> program.run(List.of(session.tensor(new float[1], 1))));
            assertEquals("ours", e.getMessage());
        }
    }
}
