package org.anira.testkit;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.tensor.Session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What the parts of the halting contract need to know, and what they do again and again. */
interface HaltingTrial extends SettingsTrial {

    /** W of all tests. */
    int WIDTH = 8;

    /** D of all tests but that of D = 1. */
    int DEPTH = 5;

    @Override
    HaltingProvider provider();

    /** Opens the session that everything is computed on. */
    Session open();

    /** Returns whether the mechanism is expected to have a behaviour. */
    boolean has(HaltingBehaviour behaviour, Settings settings);

    /** Returns how far the same number may lie from itself in another batch. */
    double tolerance();

    /**
     * A mechanism, one of its policies, and what to call them in a report.
     *
     * @param rule the rule of inference, none in training
     */
    record Tried(
            Optional<String> rule,
            Settings settings,
            HaltingMechanism mechanism,
            HaltingPolicy policy) {

        String name() {
            return rule.map(name -> "rule " + name).orElse("training") + " with " + settings;
        }

        HaltingInput draw(RandomGenerator random, long... lead) {
            return HaltingInput.draw(random, lead, WIDTH, DEPTH, policy.noise());
        }

        /** Returns the same with another policy. */
        Tried with(HaltingPolicy other) {
            return new Tried(rule, settings, mechanism, other);
        }
    }

    /** Returns the policy of training, for all settings. */
    default List<Tried> training() {
        return training(tried());
    }

    private List<Tried> training(List<Settings> settings) {
        List<Tried> tried = new ArrayList<>();
        for (Settings values : settings) {
            HaltingMechanism mechanism = provider().create(WIDTH, DEPTH, values);
            tried.add(new Tried(Optional.empty(), values, mechanism, mechanism.training()));
        }
        return tried;
    }

    /** Returns the policies of all rules of inference, for all settings. */
    default List<Tried> inference() {
        return inference(training());
    }

    private static List<Tried> inference(List<Tried> training) {
        List<Tried> tried = new ArrayList<>();
        for (Tried one : training) {
            for (String rule : one.mechanism().rules()) {
                tried.add(
                        new Tried(
                                Optional.of(rule),
                                one.settings(),
                                one.mechanism(),
                                one.mechanism().inference(rule)));
            }
        }
        return tried;
    }

    /** Returns the policies of training and of all rules of inference, for all settings. */
    default List<Tried> policies() {
        return policies(tried());
    }

    /** Returns the policies of training and of all rules of inference, for some settings. */
    default List<Tried> policies(List<Settings> settings) {
        List<Tried> tried = training(settings);
        tried.addAll(inference(tried));
        return tried;
    }

    /** Runs a policy with parameters of their own drawing, the same each time. */
    default HaltingPass run(Tried tried, HaltingInput input, HaltingPass.Form form) {
        try (Session session = open()) {
            RandomGenerator random = Seed.random("halting parameters", 0);
            HaltingPass.define(session, tried.mechanism().parameters(), random);
            return HaltingPass.run(session, tried.policy(), DEPTH, input, form);
        }
    }

    /** Runs a policy so that tokens which halt keep their states. */
    default HaltingPass run(Tried tried, HaltingInput input) {
        return run(tried, input, HaltingPass.Form.FREEZING);
    }

    /** Runs a policy so that every token goes on to the end. */
    default HaltingPass runFreely(Tried tried, HaltingInput input) {
        return run(tried, input, HaltingPass.Form.FREE_RUNNING);
    }
}
