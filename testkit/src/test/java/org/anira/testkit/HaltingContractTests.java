package org.anira.testkit;

import static org.anira.api.halting.HaltingBehaviour.CAUSAL;
import static org.anira.api.halting.HaltingBehaviour.DECIDES_ONCE;
import static org.anira.api.halting.HaltingBehaviour.LEARNED;
import static org.anira.api.halting.HaltingBehaviour.ROW_WISE;

import org.anira.api.Option;
import org.anira.api.Settings;
import org.anira.api.SettingsException;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingPolicy.Decision;
import org.anira.api.halting.HaltingPolicy.Step;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.Altered.Alteration;
import org.anira.testkit.example.CrowdProvider;
import org.anira.testkit.example.HazardProvider;
import org.anira.testkit.example.PlanProvider;
import org.anira.testkit.example.ThresholdProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Mechanisms that are wrong on purpose fail the contract, each at the test made for it. */
class HaltingContractTests {

    private static final HaltingProvider HAZARD = new HazardProvider();
    private static final HaltingProvider CROWD = new CrowdProvider();
    private static final HaltingProvider PLAN = new PlanProvider();
    private static final HaltingProvider THRESHOLD = new ThresholdProvider();

    @ParameterizedTest
    @MethodSource("wrong")
    void wrongMechanismsAreCaught(Wrong wrong) {
        wrong.assertCaught(Verdict.OfHalting.class);
    }

    @Test
    void everyTestCatchesAWrongMechanism() {
        Wrong.assertEveryTestCatches(Verdict.OfHalting.class, wrong());
    }

    static List<Wrong> wrong() {
        List<Wrong> all = new ArrayList<>();
        all.addAll(providers());
        all.addAll(descriptions());
        all.addAll(decisions());
        all.addAll(distributions());
        all.addAll(behaviours());
        return all;
    }

    private static List<Wrong> providers() {
        return List.of(
                wrong("a name in upper case", "theNameIsKebabCase", "Provider.name", _ -> "Hazard"),
                wrong(
                        "a summary with a period",
                        "theSummaryIsOneLineWithoutAPeriod",
                        "Provider.summary",
                        call -> call.right() + "."),
                wrong(
                        "an option twice",
                        "optionsHaveUniqueNamesAndSummaries",
                        "Provider.options",
                        _ -> {
                            Option bias = Option.number("bias", 0, "First value of the bias");
                            return List.of(bias, bias);
                        }),
                wrong(
                        "refuses its defaults",
                        "defaultsCreate",
                        "HaltingProvider.create",
                        _ -> {
                            throw new SettingsException("CFG-003", "bias is refused");
                        }),
                wrong(
                        "refuses the end of a range without naming the option",
                        "endsOfRangesAreAccepted",
                        "HaltingProvider.create",
                        call -> {
                            if (call.argument(2, Settings.class).number("bias") == 9) {
                                throw new SettingsException("CFG-003", "9 is too much");
                            }
                            return call.right();
                        }),
                wrong(
                        "log q is no number at the end of a range",
                        "endsOfRangesAreAccepted",
                        "HaltingProvider.create",
                        call ->
                                call.argument(2, Settings.class).number("bias") == 9
                                        ? NO_NUMBERS.create(
                                                call.argument(0, Integer.class),
                                                call.argument(1, Integer.class),
                                                call.argument(2, Settings.class))
                                        : call.right()),
                choosing(
                        "always refuses a choice",
                        "everyChoiceIsTried",
                        call -> {
                            throw new SettingsException("CFG-003", "'form' is new");
                        }),
                choosing(
                        "log q is no number with another choice",
                        "theDistributionIsFinite",
                        call ->
                                NO_NUMBERS.create(
                                        call.argument(0, Integer.class),
                                        call.argument(1, Integer.class),
                                        call.argument(2, Settings.class))),
                choosing(
                        "takes D = 1 for 2 with another choice",
                        "oneStepIsEnough",
                        call ->
                                call.rightFor(
                                        call.arguments()[0],
                                        Math.max(2, call.argument(1, Integer.class)),
                                        call.arguments()[2])),
                wrong(
                        "two of one kind differ",
                        "mechanismsAreAllAlike",
                        "HaltingMechanism.rules",
                        call -> List.of("rule" + System.identityHashCode(call.target()))),
                wrong(
                        "D = 1 is taken for 2",
                        "oneStepIsEnough",
                        "HaltingProvider.create",
                        call ->
                                call.rightFor(
                                        call.arguments()[0],
                                        Math.max(2, call.argument(1, Integer.class)),
                                        call.arguments()[2])));
    }

    private static List<Wrong> descriptions() {
        return List.of(
                wrong(
                        "a parameter named like one of the model",
                        "parametersAreNamedHalting",
                        "HaltingMechanism.parameters",
                        call -> {
                            List<Object> named = new ArrayList<>((List<?>) call.right());
                            named.add(Parameter.constant("recurrent.weight", 0, 1));
                            return named;
                        }),
                wrong(
                        "a rule twice",
                        "rulesHaveNames",
                        "HaltingMechanism.rules",
                        _ -> List.of("median", "median")),
                wrong(
                        "inference samples",
                        "inferenceNeedsNoNoise",
                        "HaltingMechanism.inference",
                        call -> ((HaltingMechanism) call.target()).training()),
                wrong(
                        "calls its median a mode",
                        "rulesReadTheDistribution",
                        "HaltingMechanism.rules",
                        _ -> List.of("mode")));
    }

    private static List<Wrong> decisions() {
        AtomicInteger calls = new AtomicInteger();
        AtomicReference<List<Tensor>> begun = new AtomicReference<>();
        return List.of(
                decides(
                        "revives tokens: nobody halts after step 3",
                        "haltedTokensStayHalted",
                        HAZARD,
                        (ops, step, right) -> {
                            Tensor early = ops.integer(2).greaterOrEqual(step.depth());
                            return halting(right, right.halt().and(early));
                        }),
                decides(
                        "a score with an axis too many",
                        "decisionsHaveTheShapeOfTheirRows",
                        HAZARD,
                        (_, _, right) ->
                                new Decision(
                                        right.score().unsqueeze(-1),
                                        right.halt(),
                                        right.mass(),
                                        right.carry())),
                decides(
                        "asks how many rows there are",
                        "policiesCanBeTraced",
                        HAZARD,
                        (_, step, right) ->
                                step.state().size(0) > 0
                                        ? right
                                        : halting(right, right.halt().not())),
                decides(
                        "counts its calls",
                        "policiesKeepNoState",
                        HAZARD,
                        (_, _, right) -> scoring(right, right.score().add(calls.addAndGet(1)))),
                new Wrong(
                        "keeps its logits in a field instead of the carry",
                        Altered.plugin(
                                HaltingProvider.class,
                                PLAN,
                                Map.of(
                                        "HaltingPolicy.begin",
                                        call -> {
                                            Object right = call.right();
                                            begun.set(tensors(right));
                                            return right;
                                        },
                                        "HaltingPolicy.step",
                                        call -> {
                                            Step step = call.argument(1, Step.class);
                                            return call.rightFor(
                                                    call.arguments()[0],
                                                    new Step(
                                                            step.depth(),
                                                            step.state(),
                                                            begun.get(),
                                                            step.noise()));
                                        })),
                        "policiesKeepNoState"),
                decides(
                        "scores gathered rows in another way",
                        "haltedRowsMayBeLeftOut",
                        HAZARD,
                        (_, step, right) ->
                                step.state().rank() == 3
                                        ? right
                                        : scoring(right, right.score().add(1))),
                new Wrong(
                        "mixes depths, and takes the first one for all rows",
                        Altered.plugin(
                                HaltingProvider.class,
                                PLAN,
                                Map.of(
                                        "HaltingPolicy.mixesDepths",
                                        _ -> true,
                                        "HaltingPolicy.step",
                                        call -> {
                                            Step step = call.argument(1, Step.class);
                                            Ops ops = call.argument(0, Ops.class);
                                            Tensor depth = step.depth();
                                            return call.rightFor(
                                                    ops,
                                                    new Step(
                                                            depth.rank() == 0
                                                                    ? depth
                                                                    : depth.lookup(ops.integer(0)),
                                                            step.state(),
                                                            step.carry(),
                                                            step.noise()));
                                        })),
                        "rowsAtDifferentDepthsAreDecidedApart"),
                decides(
                        "never halts without noise",
                        "learnedMechanismsTellTokensApart",
                        HAZARD,
                        (_, _, right) -> halting(right, right.halt().and(right.halt().not()))),
                wrong(
                        "squares the noise",
                        "sampledExitsFollowTheDistribution",
                        "HaltingPolicy.step",
                        call -> {
                            Step step = call.argument(1, Step.class);
                            return call.rightFor(
                                    call.arguments()[0],
                                    new Step(
                                            step.depth(),
                                            step.state(),
                                            step.carry(),
                                            step.noise().multiply(step.noise())));
                        }));
    }

    private static List<Wrong> distributions() {
        return List.of(
                wrong(
                        "q sums to 1.01",
                        "theDistributionSumsToOne",
                        "HaltingPolicy.logExit",
                        call -> call.right(Tensor.class).add(Math.log(1.01))),
                wrong(
                        "log q is infinite where q is small",
                        "theDistributionIsFinite",
                        "HaltingPolicy.logExit",
                        call -> {
                            Ops ops = call.argument(0, Ops.class);
                            Tensor log = call.right(Tensor.class);
                            Tensor never = ops.constant(Double.NEGATIVE_INFINITY);
                            return log.where(log.greaterOrEqual(ops.constant(-3)), never);
                        }),
                decides(
                        "the mass is not q",
                        "massesAreTheDistribution",
                        HAZARD,
                        (_, _, right) -> massing(right, right.mass().multiply(0.9))),
                new Wrong(
                        "the mass is not q in training",
                        altered(
                                HAZARD,
                                "HaltingPolicy.step",
                                call -> {
                                    Decision right = call.right(Decision.class);
                                    Noise noise = ((HaltingPolicy) call.target()).noise();
                                    return noise == Noise.NONE
                                            ? right
                                            : massing(right, right.score().sigmoid());
                                }),
                        "massesAreTheDistribution"),
                decides(
                        "masses above 1",
                        "massesAreSharesOfOne",
                        PLAN,
                        (_, _, right) -> massing(right, right.mass().multiply(2))),
                decides(
                        "the relaxed sample forgets the noise",
                        "relaxedMassesAreLargestAtTheExit",
                        PLAN,
                        (_, step, right) ->
                                massing(
                                        right,
                                        step.carry()
                                                .getFirst()
                                                .softmax(-1)
                                                .pick(step.depth().add(-1)))),
                decides(
                        "the mass has no gradient",
                        "learnedMechanismsHaveGradients",
                        HAZARD,
                        (_, _, right) -> massing(right, right.mass().detach())),
                wrong(
                        "q has no gradient",
                        "learnedMechanismsHaveGradients",
                        "HaltingPolicy.logExit",
                        call -> call.right(Tensor.class).detach()));
    }

    private static List<Wrong> behaviours() {
        return List.of(
                declares(
                        "looks at other rows, but declares ROW_WISE",
                        "rowsDoNotSeeEachOther",
                        CROWD,
                        Set.of(ROW_WISE, LEARNED)),
                declares(
                        "looks at no other row, but does not declare ROW_WISE",
                        "rowsDoNotSeeEachOther",
                        HAZARD,
                        Set.of(CAUSAL, LEARNED)),
                declares(
                        "looks at later tokens, but declares CAUSAL",
                        "tokensDoNotSeeLaterOnes",
                        CROWD,
                        Set.of(CAUSAL, LEARNED)),
                declares(
                        "looks at no later token, but does not declare CAUSAL",
                        "tokensDoNotSeeLaterOnes",
                        HAZARD,
                        Set.of(ROW_WISE, LEARNED)),
                declares(
                        "has no parameters, but declares LEARNED",
                        "learnedMechanismsHaveGradients",
                        THRESHOLD,
                        Set.of(ROW_WISE, CAUSAL, LEARNED)),
                declares(
                        "has a distribution, but does not declare LEARNED",
                        "mechanismsWithoutLearningExitAtAPoint",
                        HAZARD,
                        Set.of(ROW_WISE, CAUSAL)),
                declares(
                        "decides after each step, but declares DECIDES_ONCE",
                        "decidingOnceNeedsNoState",
                        HAZARD,
                        Set.of(ROW_WISE, CAUSAL, LEARNED, DECIDES_ONCE)),
                declares(
                        "decides once, but does not declare DECIDES_ONCE",
                        "decidingOnceNeedsNoState",
                        PLAN,
                        Set.of(ROW_WISE, CAUSAL, LEARNED)));
    }

    private static HaltingProvider altered(
            HaltingProvider right, String method, Alteration alteration) {
        return Altered.plugin(HaltingProvider.class, right, Map.of(method, alteration));
    }

    private static final HaltingProvider NO_NUMBERS =
            altered(
                    HAZARD,
                    "HaltingPolicy.logExit",
                    call -> call.right(Tensor.class).multiply(Double.NaN));

    /** A mechanism with a choice, whose second value makes something else. */
    private static Wrong choosing(String what, String caughtBy, Alteration second) {
        return new Wrong(
                what, Altered.choosing(HaltingProvider.class, HAZARD, 2, second), caughtBy);
    }

    private static Wrong wrong(String what, String caughtBy, String method, Alteration alteration) {
        return new Wrong(what, altered(HAZARD, method, alteration), caughtBy);
    }

    private static Wrong declares(
            String what, String caughtBy, HaltingProvider right, Set<HaltingBehaviour> behaviours) {
        return new Wrong(
                what, altered(right, "HaltingMechanism.behaviours", _ -> behaviours), caughtBy);
    }

    /** What becomes of a right decision. */
    @FunctionalInterface
    private interface Change {
        Decision apply(Ops ops, Step step, Decision right);
    }

    private static Wrong decides(
            String what, String caughtBy, HaltingProvider right, Change change) {
        Alteration alteration =
                call ->
                        change.apply(
                                call.argument(0, Ops.class),
                                call.argument(1, Step.class),
                                call.right(Decision.class));
        return new Wrong(what, altered(right, "HaltingPolicy.step", alteration), caughtBy);
    }

    private static Decision scoring(Decision right, Tensor score) {
        return new Decision(score, right.halt(), right.mass(), right.carry());
    }

    private static Decision halting(Decision right, Tensor halt) {
        return new Decision(right.score(), halt, right.mass(), right.carry());
    }

    private static Decision massing(Decision right, Tensor mass) {
        return new Decision(right.score(), right.halt(), mass, right.carry());
    }

    @SuppressWarnings("unchecked") // what begin gives is a list of tensors
    private static List<Tensor> tensors(Object list) {
        return (List<Tensor>) list;
    }
}
