package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.PublicApi;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Session;
import org.anira.testkit.reference.ReferenceBackend;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * All that {@code org.anira.api.halting} promises of a mechanism. A subclass says which, and with
 * which settings:
 *
 * <pre>{@code
 * class ExampleHaltingTests extends HaltingContract {
 *     @Override
 *     public HaltingProvider provider() {
 *         return new ExampleProvider();
 *     }
 *
 *     @Override
 *     public List<Settings> settings() {
 *         return List.of(with(Map.of()), with(Map.of("threshold", 0.1)));
 *     }
 * }
 * }</pre>
 *
 * <p>It runs on the {@linkplain ReferenceBackend reference backend}, so it needs no native library.
 * Behaviours that a mechanism does not declare are tried as well: it must really lack them. Tests
 * of its equations are its author's; {@link HaltingPass} runs a policy for them.
 */
@PublicApi(since = "0.1")
public abstract class HaltingContract
        implements CreationContract, HaltingDistributionContract, HaltingRowContract {

    /** Most numbers of parameters that are drawn at the ends of ranges. */
    private static final long CHEAP = 1_000_000;

    /** For subclasses. */
    protected HaltingContract() {}

    @Override
    public abstract HaltingProvider provider();

    /**
     * Returns the defaults; override to try others. Each must allow W = 8 and D = 5. Values of
     * flags and choices that none of them has are tried too, each with the first that it fits.
     */
    @Override
    public List<Settings> settings() {
        return List.of(Settings.defaults(provider().options()));
    }

    /** Returns settings that differ from the defaults in these values. */
    protected final Settings with(Map<String, ?> values) {
        return Settings.of("halting.options", provider().options(), values);
    }

    /** Opens a session of the reference backend; override to try the mechanism on another one. */
    @Override
    public Session open() {
        return ReferenceBackend.session();
    }

    /** Returns whether the mechanism declares the behaviour. */
    @Override
    public boolean has(HaltingBehaviour behaviour, Settings settings) {
        return provider().create(WIDTH, DEPTH, settings).behaviours().contains(behaviour);
    }

    /** Returns 1e-6; a backend in float32 needs some 1e-5. */
    @Override
    public double tolerance() {
        return 1e-6;
    }

    @Override
    public void create(Settings settings) {
        provider().create(WIDTH, DEPTH, settings);
    }

    /**
     * Runs all policies on a few tokens, unless the parameters are many: log q has to be finite.
     */
    @Override
    public void use(Settings settings) {
        HaltingMechanism mechanism = provider().create(WIDTH, DEPTH, settings);
        if (mechanism.parameters().stream().mapToLong(Parameter::size).sum() > CHEAP) {
            return;
        }
        for (Tried tried : policies(List.of(settings))) {
            HaltingPass pass = run(tried, tried.draw(Seed.random("ends of ranges", 0), 2, 3));
            for (double[] log : pass.logExit()) {
                assertTrue(
                        Arrays.stream(log).allMatch(Double::isFinite),
                        () -> tried.name() + ": log q is " + Arrays.toString(log));
            }
        }
    }

    /** Parameters are named apart from those of the model, and from each other. */
    @Test
    public void parametersAreNamedHalting() {
        for (Tried tried : training()) {
            List<Parameter> parameters = tried.mechanism().parameters();
            for (Parameter parameter : parameters) {
                assertTrue(parameter.name().matches("halting\\.[a-z0-9.-]+"), parameter.name());
            }
            assertEquals(
                    parameters.size(),
                    parameters.stream().map(Parameter::name).distinct().count(),
                    () -> tried.name() + ": a name is used twice in " + parameters);
        }
    }

    /** The same settings make the same mechanism, each time it is asked. */
    @Test
    public void mechanismsAreAllAlike() {
        for (Settings values : tried()) {
            HaltingMechanism one = provider().create(WIDTH, DEPTH, values);
            HaltingMechanism other = provider().create(WIDTH, DEPTH, values);
            assertEquals(one.parameters(), other.parameters());
            assertEquals(one.behaviours(), other.behaviours());
            assertEquals(one.rules(), other.rules());
            assertEquals(one.training().noise(), other.training().noise());
        }
    }

    /** There is at least one rule of inference, and their names differ. */
    @Test
    public void rulesHaveNames() {
        for (Tried tried : training()) {
            List<String> rules = tried.mechanism().rules();
            assertFalse(rules.isEmpty(), () -> tried.name() + " has no rule of inference");
            assertEquals(rules.size(), rules.stream().distinct().count(), rules::toString);
            assertTrue(
                    rules.stream().allMatch(rule -> rule.matches("[a-z][a-z0-9-]*")),
                    rules::toString);
        }
    }
}
