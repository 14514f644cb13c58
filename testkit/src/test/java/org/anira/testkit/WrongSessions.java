package org.anira.testkit;

import org.anira.api.BackendException;
import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Slot;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.Altered.Call;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** Backends that train wrongly, that leak, or that take what they should refuse. */
final class WrongSessions {

    private WrongSessions() {}

    static List<Wrong> gradients() {
        return List.of(
                wrong(
                        "other outputs where gradients are taken",
                        "training: differentiating computes the outputs",
                        "Executable.differentiate",
                        (_, call) -> outputs(call).stream().map(x -> x.multiply(1.1)).toList()),
                wrong(
                        "gradients that replace each other",
                        "training: gradients add up",
                        "Executable.differentiate",
                        (session, call) -> {
                            session.clearGradients();
                            return call.right();
                        }),
                wrong(
                        "runs that record",
                        "training: running records nothing",
                        "Executable.run",
                        (session, call) -> {
                            addToGradients(session);
                            return call.right();
                        }),
                wrong(
                        "gradients of parameters that are not used",
                        "training: unused parameters",
                        "Executable.differentiate",
                        (session, call) -> {
                            addToGradients(session);
                            return call.right();
                        }),
                wrong(
                        "differentiates the sum of two outputs",
                        "training: the first output alone",
                        "Session.compile",
                        (_, call) -> {
                            Program program = call.argument(0, Program.class);
                            Program summed =
                                    (ops, inputs) -> {
                                        List<Tensor> outputs = program.body(ops, inputs);
                                        Tensor first = outputs.getFirst();
                                        Tensor last = outputs.getLast();
                                        return outputs.size() == 2 && last.rank() == 0
                                                ? List.of(first.add(last), last)
                                                : outputs;
                                    };
                            return call.rightFor(summed, call.arguments()[1]);
                        }),
                wrong(
                        "detached tensors with a gradient",
                        "training: detached tensors",
                        "Tensor.detach",
                        (_, call) -> ((Tensor) call.target()).multiply(1)),
                wrong(
                        "straight-through without a gradient",
                        "training: straight-through",
                        "Tensor.detach",
                        (_, call) -> ((Tensor) call.target()).multiply(1)),
                wrong(
                        "loops without a gradient",
                        "training: loops and rows",
                        "Ops.loop",
                        (_, call) -> outputs(call).stream().map(Tensor::detach).toList()),
                wrong(
                        "differentiates what is no scalar",
                        "training: the loss is a scalar",
                        "Executable.differentiate",
                        (_, call) -> unlessRefused(call, call.arguments()[0])));
    }

    private static void addToGradients(Session session) {
        for (Parameter parameter : session.parameters()) {
            float[] gradient = Slots.read(session, parameter.name(), Slot.GRADIENT);
            gradient[0]++;
            Slots.write(session, parameter.name(), Slot.GRADIENT, gradient);
        }
    }

    static List<Wrong> updates() {
        return List.of(
                rule(
                        "does not decay",
                        "training: AdamW",
                        right -> rule(right, right.rate(), 0, right.clip())),
                rule(
                        "clips where no limit is set",
                        "training: AdamW unclipped",
                        right ->
                                rule(
                                        right,
                                        right.rate(),
                                        right.decay(),
                                        Math.min(1, right.clip()))),
                wrong(
                        "counts updates from 1 after a restart",
                        "training: AdamW from written moments",
                        "Session.update",
                        (_, call) -> {
                            long step = call.argument(1, Long.class);
                            return call.rightFor(
                                    call.arguments()[0], step < 1000 ? step : step - 999);
                        }),
                rule(
                        "takes rate 0 for the default",
                        "training: AdamW at rate 0",
                        right ->
                                rule(
                                        right,
                                        right.rate() == 0 ? 1e-3 : right.rate(),
                                        right.decay(),
                                        right.clip())),
                wrong(
                        "forgets a gradient that is not finite",
                        "training: AdamW of no number",
                        "Session.update",
                        (session, call) -> {
                            Object norm = call.right(Object.class);
                            ((Session) call.target()).clearGradients();
                            return norm;
                        }),
                wrong(
                        "reads no second moment",
                        "slotsHoldWhatIsWritten",
                        "Session.read",
                        (_, call) -> {
                            call.right();
                            if (call.arguments()[1] == Slot.SECOND_MOMENT) {
                                call.argument(2, MemorySegment.class).fill((byte) 0);
                            }
                            return null;
                        }));
    }

    static List<Wrong> slots() {
        Map<String, MemorySegment> written = new HashMap<>();
        return List.of(
                wrong(
                        "reads into arrays alone",
                        "memoryOfAnyKindIsTaken",
                        "Session.read",
                        (_, call) -> {
                            MemorySegment into = call.argument(2, MemorySegment.class);
                            return into.isNative() ? null : call.right();
                        }),
                wrong(
                        "reads the first mebibyte",
                        "largeParametersAreWhole",
                        "Session.read",
                        (_, call) -> {
                            call.right();
                            MemorySegment into = call.argument(2, MemorySegment.class);
                            into.asSlice(Math.min(1 << 20, into.byteSize())).fill((byte) 0);
                            return null;
                        }),
                wrong(
                        "reads into segments of any size",
                        "segmentsOfAnotherSizeAreRefused",
                        "Session.read",
                        (_, call) -> unlessRefused(call, null)),
                WrongBackends.wrong(
                        "keeps what it is given",
                        "slotsAreCopies",
                        Map.of(
                                "Session.write",
                                call -> {
                                    call.right();
                                    MemorySegment values = call.argument(2, MemorySegment.class);
                                    written.put(call.argument(0, String.class), values);
                                    return null;
                                },
                                "Session.read",
                                call -> {
                                    call.right();
                                    MemorySegment values =
                                            written.get(call.argument(0, String.class));
                                    if (values != null) {
                                        call.argument(2, MemorySegment.class).copyFrom(values);
                                    }
                                    return null;
                                })));
    }

    private static Wrong rule(String what, String caughtBy, UnaryOperator<AdamW> change) {
        return wrong(
                what,
                caughtBy,
                "Session.update",
                (_, call) ->
                        call.rightFor(
                                change.apply(call.argument(0, AdamW.class)), call.arguments()[1]));
    }

    private static AdamW rule(AdamW right, double rate, double decay, double clip) {
        return new AdamW(rate, right.beta1(), right.beta2(), right.epsilon(), decay, clip);
    }

    static List<Wrong> ownership() {
        Map<Object, float[]> read = new IdentityHashMap<>();
        Set<Parameter> everDefined = new LinkedHashSet<>();
        return List.of(
                wrong(
                        "forgets what was overwritten before",
                        "overwrittenBuffersGrowInNumbersAlone",
                        "Ops.overwrite",
                        (_, call) ->
                                call.rightFor(
                                        call.argument(0, Tensor.class).multiply(0),
                                        call.arguments()[1],
                                        call.arguments()[2])),
                wrong(
                        "overwrites parameters",
                        "parametersAreNotOverwritten",
                        "Ops.overwrite",
                        (session, call) -> {
                            Object right = call.right();
                            for (Parameter parameter : session.parameters()) {
                                float[] values = new float[(int) parameter.size()];
                                Slots.write(session, parameter.name(), Slot.VALUE, values);
                            }
                            return right;
                        }),
                wrong(
                        "forgets to close a scope",
                        "scopesFreeWhatWasMadeInside",
                        "Scope.close",
                        (_, _) -> null),
                wrong(
                        "leaks a tensor per scope",
                        "theNumberOfLiveTensorsIsFlat",
                        "Scope.close",
                        (session, call) -> {
                            try {
                                ((Scope) call.target()).keep(number(session));
                            } catch (IllegalStateException _) {
                                // the outermost scope has nowhere to leak to
                            }
                            return call.right();
                        }),
                wrong(
                        "keeps nothing",
                        "keptTensorsOutliveTheirScope",
                        "Scope.keep",
                        (_, call) -> call.arguments()[0]),
                wrong("frees late", "tensorsCanBeFreedEarly", "Scope.free", (_, _) -> null),
                wrong(
                        "computes with freed tensors",
                        "freedTensorsAreRefused",
                        "Tensor.add(double)",
                        (session, call) -> unlessMisused(call, number(session))),
                wrong(
                        "programs that leave something behind",
                        "programsFreeTheirIntermediates",
                        "Executable.run",
                        (session, call) -> {
                            List<Tensor> outputs = outputs(call);
                            number(session);
                            return outputs;
                        }),
                wrong(
                        "failures that leave something behind",
                        "failuresLeaveNothingBehind",
                        "Executable.run",
                        (session, call) -> {
                            try {
                                return call.right();
                            } catch (RuntimeException e) {
                                session.tensor(new float[] {1}, 1);
                                throw e;
                            }
                        }),
                wrong(
                        "hands out its own array",
                        "tensorsDoNotChange",
                        "Session.floats",
                        (_, call) -> {
                            float[] fresh = call.right(float[].class);
                            return read.computeIfAbsent(call.arguments()[0], _ -> fresh);
                        }),
                wrong(
                        "goes on when closed",
                        "whatIsClosedIsRefused",
                        "Session.scope",
                        (_, call) -> unlessMisused(call, null)),
                wrong(
                        "takes calls of any thread",
                        "otherThreadsAreRefused",
                        "Session.tensor(float[], long[])",
                        (_, call) -> unlessMisused(call, null)),
                wrong(
                        "knows the parameters of earlier sessions",
                        "sessionsAreIndependent",
                        "Session.parameters",
                        (_, call) -> {
                            everDefined.addAll(parameters(call));
                            return List.copyOf(everDefined);
                        }));
    }

    private static Tensor number(Session session) {
        return session.tensor(new float[] {1}, 1);
    }

    static List<Wrong> refusals() {
        return List.of(
                wrong(
                        "a product of what does not fit",
                        "misfits: matmul",
                        "Tensor.matmul",
                        (_, call) -> unlessRefused(call, call.target())),
                wrong(
                        "a refusal that names no shape",
                        "misfits: concat",
                        "Ops.concat",
                        (_, call) -> {
                            try {
                                return call.right();
                            } catch (BackendException e) {
                                throw new BackendException(e.code(), "Shapes do not fit.", e);
                            }
                        }),
                wrong(
                        "takes inputs of any shape",
                        "inputsThatDoNotFitAreRefused",
                        "Executable.run",
                        (_, call) -> unlessRefused(call, call.arguments()[0])),
                wrong(
                        "takes any number of values",
                        "numbersThatDoNotFillAShapeAreRefused",
                        "Session.write",
                        (_, call) -> unlessRefused(call, null)),
                wrong(
                        "takes a second definition",
                        "unknownAndRepeatedParametersAreRefused",
                        "Session.define",
                        (_, call) -> unlessRefused(call, null)),
                wrong(
                        "sorts parameters by name",
                        "parametersAreListedInOrder",
                        "Session.parameters",
                        (_, call) ->
                                parameters(call).stream()
                                        .sorted(Comparator.comparing(Parameter::name))
                                        .toList()));
    }

    static List<Wrong> files() {
        return List.of(
                wrong(
                        "loads files without saying so",
                        "export: refused",
                        "Session.load",
                        (_, call) -> unlessRefused(call, null)));
    }

    /** Returns what is right, or something else where the right backend refuses. */
    static Object unlessRefused(Call call, Object other) throws Throwable {
        try {
            return call.right();
        } catch (BackendException _) {
            return other;
        }
    }

    private static Object unlessMisused(Call call, Object other) throws Throwable {
        try {
            return call.right();
        } catch (IllegalStateException _) {
            return other;
        }
    }

    private static List<Tensor> outputs(Call call) throws Throwable {
        return WrongBackends.tensors(call.right());
    }

    private static List<Parameter> parameters(Call call) throws Throwable {
        List<Parameter> parameters = new ArrayList<>();
        for (Object parameter : call.right(List.class)) {
            parameters.add((Parameter) parameter);
        }
        return parameters;
    }

    /** What a method of a session, or of what belongs to one, does instead. */
    @FunctionalInterface
    private interface OnSession {
        Object apply(Session session, Call call) throws Throwable;
    }

    private static Wrong wrong(String what, String caughtBy, String method, OnSession alteration) {
        AtomicReference<Session> opened = new AtomicReference<>();
        return WrongBackends.wrong(
                what,
                caughtBy,
                Map.of(
                        "BackendProvider.open",
                        call -> {
                            opened.set(call.right(Session.class));
                            return opened.get();
                        },
                        method,
                        call -> alteration.apply(opened.get(), call)));
    }
}
