package org.anira.runtime.plugin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.anira.api.AniraException;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.halting.HaltingPolicy;
import org.anira.api.halting.HaltingPolicy.Step;
import org.anira.api.halting.Noise;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.BuiltIn;
import org.anira.runtime.plugin.Fakes.Stop;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A mechanism that does not keep what the API promises is named, and what it did. */
class CheckedMechanismTests {

    private static final int WIDTH = 2;
    private static final int DEPTH = 3;

    @TempDir static Path directory;
    private static Plugin plugin;

    @BeforeAll
    static void startThePlugin() {
        plugin = Fakes.plugin(directory);
    }

    private HaltingMechanism hosted(HaltingMechanism mechanism) {
        return Fakes.hosted(Kind.HALTING, Fakes.provider(mechanism), plugin)
                .create(WIDTH, DEPTH, Settings.defaults(List.of()));
    }

    /** Asks a policy about four rows. Returns who stops. */
    private boolean[] use(HaltingMechanism given) {
        HaltingMechanism mechanism = hosted(given);
        HaltingPolicy policy = mechanism.inference("sign");
        try (Session session = BuiltIn.reference();
                Scope _ = session.scope()) {
            return session.booleans(
                    session.compile(
                                    (ops, inputs) -> {
                                        Tensor h0 = inputs.getFirst();
                                        List<Tensor> carry = policy.begin(ops, h0);
                                        Tensor noise =
                                                ops.zeros(h0.pick(ops.integer(0)), DType.FLOAT32);
                                        Tensor halt =
                                                policy.step(
                                                                ops,
                                                                new Step(
                                                                        ops.integer(1),
                                                                        h0,
                                                                        carry,
                                                                        noise))
                                                        .halt();
                                        policy.logExit(
                                                ops,
                                                carry,
                                                ops.zeros(noise, DType.FLOAT32, DEPTH - 1));
                                        return List.of(halt);
                                    },
                                    List.of(Input.of("h", DType.FLOAT32, -1, WIDTH)))
                            .run(
                                    List.of(
                                            session.tensor(
                                                    new float[] {1, 0, -1, 0, 2, 0, -2, 0},
                                                    4,
                                                    WIDTH)))
                            .getFirst());
        }
    }

    private static HaltingMechanism deciding(UnaryOperator<HaltingPolicy.Decision> change) {
        return new Stop() {
            @Override
            public Decision step(Ops ops, Step step) {
                return change.apply(super.step(ops, step));
            }
        };
    }

    private static HaltingMechanism score(UnaryOperator<Tensor> change) {
        return deciding(was ->
                new HaltingPolicy.Decision(
                        change.apply(was.score()), was.halt(), was.mass(), was.carry()));
    }

    private static HaltingMechanism halt(UnaryOperator<Tensor> change) {
        return deciding(was ->
                new HaltingPolicy.Decision(
                        was.score(), change.apply(was.halt()), was.mass(), was.carry()));
    }

    private static HaltingMechanism mass(UnaryOperator<Tensor> change) {
        return deciding(was ->
                new HaltingPolicy.Decision(
                        was.score(), was.halt(), change.apply(was.mass()), was.carry()));
    }

    private static HaltingMechanism carry(UnaryOperator<List<Tensor>> change) {
        return deciding(was ->
                new HaltingPolicy.Decision(
                        was.score(), was.halt(), was.mass(), change.apply(was.carry())));
    }

    private static HaltingMechanism parameter(String name) {
        return new Stop() {
            @Override
            public List<Parameter> parameters() {
                return List.of(Parameter.constant(name, 1, 2));
            }
        };
    }

    private static HaltingMechanism rules(String... rules) {
        return new Stop() {
            @Override
            public List<String> rules() {
                return Arrays.asList(rules);
            }
        };
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                arguments("'step' returned nothing", deciding(_ -> null)),
                arguments("'step' returned no score", score(_ -> null)),
                arguments("'step' returned no halt", halt(_ -> null)),
                arguments(
                        "'step' returned a score of FLOAT32 [4, 1], expected FLOAT32 [4]",
                        score(was -> was.unsqueeze(-1))),
                arguments(
                        "'step' returned a score of BOOL [4], expected FLOAT32 [4]",
                        score(was -> was.equalTo(was))),
                arguments(
                        "'step' returned a halt of FLOAT32 [4], expected BOOL [4]",
                        halt(was -> was.cast(DType.FLOAT32))),
                arguments(
                        "'step' returned a halt of BOOL [1], expected BOOL [4]",
                        halt(was -> was.slice(0, 0, 1))),
                arguments(
                        "'step' returned a mass of FLOAT32 [], expected FLOAT32 [4]",
                        mass(Tensor::sum)),
                arguments("'step' carries on no tensors, and was given 1", carry(_ -> null)),
                arguments("'step' carries on 0 tensors, and was given 1", carry(_ -> List.of())),
                arguments(
                        "'step' carries on 2 tensors, and was given 1",
                        carry(was -> List.of(was.getFirst(), was.getFirst()))),
                arguments(
                        "'step' returned a tensor to carry on of INT64 [4, 2], expected FLOAT32 [4,"
                                + " 2]",
                        carry(was -> List.of(was.getFirst().cast(DType.INT64)))),
                arguments(
                        "'begin' returned nothing",
                        new Stop() {
                            @Override
                            public List<Tensor> begin(Ops ops, Tensor h0) {
                                return null;
                            }
                        }),
                arguments(
                        "'begin' returned a tensor of shape [] for rows [4]",
                        new Stop() {
                            @Override
                            public List<Tensor> begin(Ops ops, Tensor h0) {
                                return List.of(h0.sum());
                            }
                        }),
                arguments(
                        "'logExit' returned a log q of FLOAT32 [4, 2], expected FLOAT32 [4, 3]",
                        new Stop() {
                            @Override
                            public Tensor logExit(Ops ops, List<Tensor> carry, Tensor scores) {
                                return scores;
                            }
                        }),
                arguments(
                        "its parameter is named 'head', expected a name that begins with"
                                + " 'halting.'",
                        parameter("head")),
                arguments("its rules are [], expected at least one, each once", rules()),
                arguments(
                        "its rules are [a, a], expected at least one, each once", rules("a", "a")),
                arguments("'rules' has an element that is nothing", rules((String) null)),
                arguments(
                        "it declares the rule 'other' and refuses it: illegal argument: no such"
                                + " rule",
                        new Stop() {
                            @Override
                            public HaltingPolicy inference(String rule) {
                                if (rule.equals("other")) {
                                    throw new IllegalArgumentException("no such rule");
                                }
                                return this;
                            }
                        }),
                arguments(
                        "it declares the rule 'sign' and has no policy for it",
                        new Stop() {
                            @Override
                            public HaltingPolicy inference(String rule) {
                                return null;
                            }
                        }),
                arguments(
                        "its policy for the rule 'sign' wants noise, which inference has none of",
                        new Stop() {
                            @Override
                            public Noise noise() {
                                return Noise.UNIFORM;
                            }
                        }),
                arguments(
                        "'behaviours' returned nothing",
                        new Stop() {
                            @Override
                            public Set<HaltingBehaviour> behaviours() {
                                return null;
                            }
                        }),
                arguments(
                        "'training' returned nothing",
                        new Stop() {
                            @Override
                            public HaltingPolicy training() {
                                return null;
                            }
                        }));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void whatIsNotAsPromisedIsNamed(String what, HaltingMechanism mechanism) {
        assertEquals(
                "PLG-015 Halting mechanism 'stop' of plugin 'fake' breaks a promise: %s. Report it to the plugin's author, or use another version."
                        .formatted(what),
                thrown(mechanism));
    }

    @Test
    void aSoundMechanismDecides() {
        assertArrayEquals(new boolean[] {true, false, true, false}, use(new Stop()));
    }

    @Test
    void aPolicyThatThrowsIsNamed() {
        assertEquals(
                "PLG-005 'step' of halting mechanism 'stop' of plugin 'fake' failed: illegal state:"
                        + " no luck. Report it to the plugin's author; --stacktrace shows where.",
                thrown(
                        deciding(_ -> {
                            throw new IllegalStateException("no luck");
                        })));
    }

    @Test
    void aMisuseOfTensorsNamesThePolicy() {
        String message = thrown(score(was -> was.matmul(was)));

        assertEquals(
                "SHP-001 In 'step' of halting mechanism 'stop' of plugin 'fake': ",
                message.substring(0, message.indexOf(": ") + 2),
                message);
    }

    private String thrown(HaltingMechanism mechanism) {
        AniraException e = assertThrows(AniraException.class, () -> use(mechanism));
        return e.code() + " " + e.getMessage();
    }
}
