package org.anira.testkit;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.Session;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** What the parts of the halting contract need to know, and what they do again and again. */
interface HaltingTrial {

    /** W of all tests. */
    int WIDTH = 8;

    /** D of all tests but that of D = 1. */
    int DEPTH = 5;

    /** Returns the provider that is tried. */
    HaltingProvider provider();

    /** Returns the settings it is tried with. */
    List<Settings> settings();

    /** Opens the session that everything is computed on. */
    Session open();

    /** Returns whether the mechanism is expected to have a behaviour. */
    boolean has(HaltingBehaviour behaviour, Settings settings);

    /** Returns how far the same number may lie from itself in another batch. */
    double tolerance();

    /** A mechanism, one of its policies, and what to call them in a report. */
    record Tried(String name, Settings settings, HaltingMechanism mechanism, HaltingPolicy policy) {

        HaltingPass.Given draw(RandomGenerator random, long... lead) {
            return HaltingPass.Given.draw(random, lead, WIDTH, DEPTH, policy.noise());
        }
    }

    /** Returns the policy of training, for all settings. */
    default List<Tried> training() {
        List<Tried> tried = new ArrayList<>();
        for (Settings values : settings()) {
            HaltingMechanism mechanism = provider().create(WIDTH, DEPTH, values);
            tried.add(
                    new Tried("training with " + values, values, mechanism, mechanism.training()));
        }
        return tried;
    }

    /** Returns the policies of training and of all rules of inference, for all settings. */
    default List<Tried> policies() {
        List<Tried> tried = new ArrayList<>(training());
        for (Tried one : training()) {
            for (String rule : one.mechanism().rules()) {
                tried.add(
                        new Tried(
                                "rule %s with %s".formatted(rule, one.settings()),
                                one.settings(),
                                one.mechanism(),
                                one.mechanism().inference(rule)));
            }
        }
        return tried;
    }

    /** Runs a policy with parameters of their own drawing, the same each time. */
    default HaltingPass run(Tried tried, HaltingPass.Given given) {
        return run(tried, given, 0);
    }

    /** Runs a policy with parameters of a certain drawing. */
    default HaltingPass run(Tried tried, HaltingPass.Given given, int drawing) {
        try (Bench bench = new Bench(open())) {
            RandomGenerator random = Seed.random("halting parameters", drawing);
            HaltingPass.define(bench, tried.mechanism().parameters(), random);
            return HaltingPass.run(bench, tried.policy(), DEPTH, given);
        }
    }

    /** Returns whether a policy asks for noise of a kind. */
    default boolean wants(Tried tried, Noise noise) {
        return tried.policy().noise() == noise;
    }
}
