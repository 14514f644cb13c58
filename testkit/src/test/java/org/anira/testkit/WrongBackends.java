package org.anira.testkit;

import org.anira.api.Option;
import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Parameter;
import org.anira.api.tensor.Profile;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.Altered.Alteration;
import org.anira.testkit.Altered.Call;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Backends whose descriptions, operations, programs or loops are wrong. */
final class WrongBackends {

    private WrongBackends() {}

    static List<Wrong> descriptions() {
        return List.of(
                wrong("an empty name", "theNameIsKebabCase", "Provider.name", _ -> ""),
                wrong(
                        "an empty summary",
                        "theSummaryIsOneLineWithoutAPeriod",
                        "Provider.summary",
                        _ -> ""),
                wrong(
                        "a summary of an option that ends in a period",
                        "optionsHaveUniqueNamesAndSummaries",
                        "Provider.options",
                        _ -> List.of(Option.integer("threads", 1, "Threads."))),
                wrong(
                        "a probe without a detail",
                        "theProbeSaysWhatIsUsable",
                        "BackendProvider.probe",
                        _ -> new BackendProvider.Probe(true, "")),
                wrong(
                        "no threads",
                        "aSessionSaysWhatComputes",
                        "Session.info",
                        _ -> new Session.Info("none", "cpu", 0)),
                wrong(
                        "trains without saying so",
                        "training: refused",
                        "BackendProvider.capabilities",
                        _ -> Set.of(Capability.BFLOAT16)),
                wrong(
                        "computes in BFLOAT16 without saying so",
                        "bfloat16: refused",
                        "BackendProvider.capabilities",
                        _ -> Set.of(Capability.TRAINING)));
    }

    static List<Wrong> operations() {
        return List.of(
                wrong(
                        "a wrong value of tanh",
                        "values: tanh",
                        "Tensor.tanh",
                        call -> call.right(Tensor.class).multiply(1.001)),
                wrong(
                        "a wrong gradient of tanh",
                        "gradients: tanh",
                        "Tensor.tanh",
                        call -> tilted(call.right(Tensor.class), (Tensor) call.target())),
                wrong(
                        "bfloat16 that cuts instead of rounding",
                        "bfloat16: casts round to even",
                        "Tensor.cast",
                        call -> {
                            Tensor x = (Tensor) call.target();
                            return call.arguments()[0] == DType.BFLOAT16
                                    ? x.multiply(1 - 0x1p-9).cast(DType.BFLOAT16)
                                    : call.right();
                        }));
    }

    /** Returns the same values, with a gradient with respect to an operand that is off by 0.01. */
    static Tensor tilted(Tensor right, Tensor operand) {
        return right.add(operand.subtract(operand.detach()).sum().multiply(0.01));
    }

    static List<Wrong> programs() {
        Map<Object, List<List<Long>>> compiled = new IdentityHashMap<>();
        Map<String, float[]> defined = new HashMap<>();
        AtomicInteger runs = new AtomicInteger();
        return List.of(
                wrong(
                        "a profile that nobody started",
                        "aProfileIsOfTheTimeThatPassed",
                        "Session.stopProfile",
                        _ -> Optional.of(new Profile(List.of()))),
                wrong(
                        "keeps the sizes it first meets",
                        "sizesVaryFromCallToCall",
                        "Executable.run",
                        call -> {
                            List<List<Long>> sizes =
                                    tensors(call, 0).stream().map(Tensor::shape).toList();
                            List<List<Long>> first =
                                    compiled.computeIfAbsent(call.target(), _ -> sizes);
                            List<Tensor> outputs = tensors(call.right());
                            return first.equals(sizes)
                                    ? outputs
                                    : outputs.stream().map(x -> x.slice(0, 0, 1)).toList();
                        }),
                wrong(
                        "outputs that drift from run to run",
                        "programsArePure",
                        "Executable.run",
                        call -> {
                            double drift = 1 + 1e-6 * runs.getAndIncrement();
                            return tensors(call.right()).stream()
                                    .map(x -> x.type().isFloat() ? x.multiply(drift) : x)
                                    .toList();
                        }),
                wrong(
                        "programs that do not see what is written",
                        "programsReadTheNewestParameters",
                        Map.of(
                                "Session.define",
                                call -> {
                                    defined.put(
                                            call.argument(0, Parameter.class).name(),
                                            call.argument(1, MemorySegment.class)
                                                    .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
                                    return call.right();
                                },
                                "Ops.parameter",
                                call -> {
                                    Tensor right = call.right(Tensor.class);
                                    float[] old = defined.get(call.argument(0, String.class));
                                    long[] sizes =
                                            right.shape().stream()
                                                    .mapToLong(Long::longValue)
                                                    .toArray();
                                    Ops ops = (Ops) call.target();
                                    return right.multiply(0).add(ops.constant(old, sizes));
                                })),
                wrong(
                        "leaves out the last of several outputs",
                        "anythingMayBeAnOutput",
                        "Executable.run",
                        call -> {
                            List<Tensor> outputs = tensors(call.right());
                            return outputs.subList(0, Math.max(1, outputs.size() - 1));
                        }),
                wrong(
                        "places of rows counted from 1",
                        "activeRowsLieWhereTheyShould",
                        "Ops.activeRows",
                        call -> {
                            ActiveRows rows = call.right(ActiveRows.class);
                            return new ActiveRows(
                                    rows.token(),
                                    rows.inverse(),
                                    rows.query(),
                                    rows.place().add(1));
                        }),
                wrong(
                        "rows that do not come back to their places",
                        "rowsAreGatheredAndScattered",
                        "Ops.activeRows",
                        call -> {
                            ActiveRows rows = call.right(ActiveRows.class);
                            return new ActiveRows(
                                    rows.token(),
                                    rows.inverse().multiply(0),
                                    rows.query(),
                                    rows.place());
                        }));
    }

    static List<Wrong> loops() {
        return List.of(
                wrong(
                        "a loop that leaves out its last step",
                        "aLoopCountsAndCarries",
                        "Ops.loop",
                        call -> loop(call, call.argument(1, Integer.class) - 1)),
                wrong(
                        "a loop that runs at least once",
                        "aLoopMayRunNotAtAll",
                        "Ops.loop",
                        call -> {
                            int last = call.argument(1, Integer.class);
                            return loop(call, Math.max(call.argument(0, Integer.class), last));
                        }),
                wrong(
                        "a loop that goes on when nobody is active",
                        "aLoopEndsEarly",
                        "Ops.loop",
                        WrongBackends::loopInOneScope),
                wrong(
                        "a loop that forgets the scopes of its iterations",
                        "loopsFreeTheirIterations",
                        "Ops.loop",
                        WrongBackends::loopInOneScope),
                wrong(
                        "a carry that keeps its first size",
                        "aCarryMayGrow",
                        "Ops.loop",
                        call -> {
                            List<Tensor> before = tensors(call, 2);
                            List<Tensor> after = tensors(call.right());
                            return IntStream.range(0, after.size())
                                    .mapToObj(i -> cut(before.get(i), after.get(i)))
                                    .toList();
                        }));
    }

    private static Object loop(Call call, int last) throws Throwable {
        return call.rightFor(call.arguments()[0], last, call.arguments()[2], call.arguments()[3]);
    }

    private static Object loopInOneScope(Call call) {
        Ops ops = (Ops) call.target();
        Ops.Body body = call.argument(3, Ops.Body.class);
        List<Tensor> carry = tensors(call, 2);
        for (int d = call.argument(0, Integer.class); d <= call.argument(1, Integer.class); d++) {
            carry = body.step(ops.integer(d), carry);
        }
        return carry;
    }

    private static Tensor cut(Tensor before, Tensor after) {
        return after.rank() == 0 ? after : after.slice(0, 0, before.size(0));
    }

    static Wrong wrong(String what, String caughtBy, String method, Alteration alteration) {
        return wrong(what, caughtBy, Map.of(method, alteration));
    }

    static Wrong wrong(String what, String caughtBy, Map<String, Alteration> alterations) {
        return new Wrong(what, altered(alterations), caughtBy);
    }

    /** Returns the right backend with other methods. */
    static BackendProvider altered(Map<String, Alteration> alterations) {
        return Altered.plugin(BackendProvider.class, new DifferencingBackend(), alterations);
    }

    static List<Tensor> tensors(Call call, int argument) {
        return tensors(call.arguments()[argument]);
    }

    @SuppressWarnings("unchecked") // lists in these places hold tensors
    static List<Tensor> tensors(Object list) {
        return (List<Tensor>) list;
    }
}
