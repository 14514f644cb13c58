package org.anira.runtime.plugin;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A halting mechanism whose API contract is checked: its declarations when it is made, and shapes
 * and types at each call of a policy. Numbers are not checked here, since a policy may be traced.
 */
final class CheckedMechanism implements HaltingMechanism {

    private static final String PREFIX = "halting.";

    private final PluginObject made;
    private final HaltingMechanism mechanism;
    private final int maxDepth;
    private final List<Parameter> parameters;
    private final Set<HaltingBehaviour> behaviours;
    private final List<String> rules;

    /**
     * Wraps a mechanism.
     *
     * @param maxDepth D
     * @throws org.anira.api.PluginException PLG-015 if its declarations are inconsistent
     */
    CheckedMechanism(PluginObject made, HaltingMechanism mechanism, int maxDepth) {
        this.made = made;
        this.mechanism = mechanism;
        this.maxDepth = maxDepth;
        parameters =
                List.copyOf(complete("parameters", made.call("parameters", mechanism::parameters)));
        for (Parameter parameter : parameters) {
            made.require(
                    parameter.name().startsWith(PREFIX),
                    "its parameter is named '%s', expected a name that begins with '%s'",
                    parameter.name(),
                    PREFIX);
        }
        behaviours =
                Set.copyOf(complete("behaviours", made.call("behaviours", mechanism::behaviours)));
        rules = List.copyOf(complete("rules", made.call("rules", mechanism::rules)));
        made.require(
                !rules.isEmpty() && new HashSet<>(rules).size() == rules.size(),
                "its rules are %s, expected at least one, each once",
                rules);
        training();
        rules.forEach(this::inference);
    }

    private <T, C extends Collection<T>> C complete(String method, C all) {
        for (T each : all) {
            made.require(each != null, "'%s' has an element that is nothing", method);
        }
        return all;
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public Set<HaltingBehaviour> behaviours() {
        return behaviours;
    }

    @Override
    public List<String> rules() {
        return rules;
    }

    @Override
    public HaltingPolicy training() {
        return new CheckedPolicy(made.call("training", mechanism::training));
    }

    @Override
    public HaltingPolicy inference(String rule) {
        HaltingPolicy policy;
        try {
            policy = made.plugin().call(() -> mechanism.inference(rule));
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            throw made.broken(
                    e, "it declares the rule '%s' and refuses it: %s", rule, Causes.of(e));
        }
        made.require(policy != null, "it declares the rule '%s' and has no policy for it", rule);
        HaltingPolicy checked = new CheckedPolicy(policy);
        made.require(
                checked.noise() == Noise.NONE,
                "its policy for the rule '%s' wants noise, which inference has none of",
                rule);
        return checked;
    }

    /** Returns its name in messages. */
    @Override
    public String toString() {
        return made.toString();
    }

    private final class CheckedPolicy implements HaltingPolicy {

        private final HaltingPolicy policy;
        private final Noise noise;
        private final boolean mixesDepths;

        CheckedPolicy(HaltingPolicy policy) {
            this.policy = policy;
            noise = made.call("noise", policy::noise);
            mixesDepths = made.call("mixesDepths", policy::mixesDepths);
        }

        @Override
        public Noise noise() {
            return noise;
        }

        @Override
        public boolean mixesDepths() {
            return mixesDepths;
        }

        @Override
        public List<Tensor> begin(Ops ops, Tensor h0) {
            List<Tensor> carry = made.call("begin", () -> policy.begin(ops, h0));
            for (Tensor each : complete("begin", carry)) {
                made.require(
                        each.type() == DType.FLOAT32 || each.type() == DType.INT64,
                        "'begin' returned a tensor of %s, expected FLOAT32 or INT64",
                        each.type());
                made.require(
                        each.rank() >= h0.rank() - 1
                                && fit(each.shape().subList(0, h0.rank() - 1), rows(h0)),
                        "'begin' returned a tensor of shape %s for rows %s",
                        each.shape(),
                        rows(h0));
            }
            return carry;
        }

        @Override
        public Decision step(Ops ops, Step step) {
            Decision decision = made.call("step", () -> policy.step(ops, step));
            List<Long> rows = rows(step.state());
            check("score", decision.score(), DType.FLOAT32, rows);
            check("halt", decision.halt(), DType.BOOL, rows);
            check("mass", decision.mass(), DType.FLOAT32, rows);
            List<Tensor> carry = decision.carry();
            made.require(
                    carry != null && carry.size() == step.carry().size(),
                    "'step' carries on %s tensors, and was given %d",
                    carry == null ? "no" : carry.size(),
                    step.carry().size());
            for (int i = 0; i < carry.size(); i++) {
                Tensor before = step.carry().get(i);
                check("tensor to carry on", carry.get(i), before.type(), before.shape());
            }
            return decision;
        }

        @Override
        public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
            Tensor logExit = made.call("logExit", () -> policy.logExit(ops, carry, scores));
            List<Long> shape = new ArrayList<>(rows(scores));
            shape.add((long) maxDepth);
            require("logExit", "log q", logExit, DType.FLOAT32, shape);
            return logExit;
        }

        private void check(String what, Tensor tensor, DType type, List<Long> shape) {
            made.require(tensor != null, "'step' returned no %s", what);
            require("step", what, tensor, type, shape);
        }

        private void require(
                String method, String what, Tensor tensor, DType type, List<Long> shape) {
            made.require(
                    tensor.type() == type && fit(tensor.shape(), shape),
                    "'%s' returned a %s of %s %s, expected %s %s",
                    method,
                    what,
                    tensor.type(),
                    tensor.shape(),
                    type,
                    shape);
        }

        /** Returns the leading axes, which the host chooses. */
        private static List<Long> rows(Tensor tensor) {
            return tensor.shape().subList(0, tensor.rank() - 1);
        }

        /** Returns whether two shapes are the same, as far as a backend that traces knows them. */
        private static boolean fit(List<Long> shape, List<Long> expected) {
            boolean fits = shape.size() == expected.size();
            for (int i = 0; fits && i < shape.size(); i++) {
                long one = shape.get(i);
                long other = expected.get(i);
                fits = one == other || one < 0 || other < 0;
            }
            return fits;
        }
    }
}
