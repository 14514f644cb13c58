package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Ops;
import org.anira.api.tensor.Tensor;
import org.anira.testkit.Altered.Alteration;
import org.anira.testkit.OperationContract.Drawn;
import org.anira.testkit.reference.ReferenceBackend;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Each operation in turn is made wrong, in its values, its gradients or its refusals, and the
 * contract must notice: so there is none that it forgets.
 */
class OperationMutationTests {

    /** Made by programs, and tried with them: programsReadTheNewestParameters. */
    private static final String PARAMETER = "Ops.parameter(String)";

    /** Operations through which no gradient flows. */
    private static final Set<String> FLAT =
            Set.of("greaterOrEqual", "equalTo", "argmax", "detach", "zeros", "indices");

    /** Operations that nothing can fail to fit, or that say elsewhere what does not. */
    private static final Set<String> TAKE_ANYTHING =
            Set.of(
                    "Tensor.cast(DType)",
                    "Tensor.detach()",
                    "Ops.constant(double)",
                    "Ops.integer(long)",
                    "Ops.zeros(Tensor, DType, long[])",
                    PARAMETER);

    /** The cases that call each operation. */
    private static final Map<String, List<OperationCase>> CALLERS = callers();

    private static Stream<Method> operations() {
        return Stream.of(Tensor.class, Ops.class)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> method.getReturnType() == Tensor.class)
                .sorted(Comparator.comparing(Altered::signature));
    }

    private static Map<String, List<OperationCase>> callers() {
        Set<String> called = new HashSet<>();
        Map<String, Alteration> recording = new HashMap<>();
        operations()
                .map(Altered::signature)
                .forEach(signature ->
                        recording.put(
                                signature,
                                call -> {
                                    called.add(signature);
                                    return call.right();
                                }));
        Map<String, List<OperationCase>> callers = new HashMap<>();
        BackendProvider recorder = WrongBackends.altered(recording);
        try (Bench bench = new Bench(recorder.open(ReferenceBackend.settings()))) {
            for (OperationCase operation : OperationCase.all()) {
                called.clear();
                Drawn drawn = Drawn.of(operation, 0);
                bench.run(drawn.program(), drawn.inputs());
                called.forEach(signature ->
                        callers.computeIfAbsent(signature, _ -> new ArrayList<>()).add(operation));
            }
        }
        return callers;
    }

    private DynamicTest caught(String what, String signature, Alteration alteration, String by) {
        return dynamicTest(
                what,
                () -> {
                    BackendProvider wrong = WrongBackends.altered(Map.of(signature, alteration));
                    List<OperationCase> cases = CALLERS.getOrDefault(signature, List.of());
                    Verdict verdict = Verdict.ofOperations(cases, wrong, by);
                    assertTrue(
                            verdict.thrownBy(by).stream()
                                    .anyMatch(AssertionError.class::isInstance),
                            () -> by + " passes");
                });
    }

    @TestFactory
    Stream<DynamicTest> wrongValuesAreCaught() {
        return operations()
                .map(Altered::signature)
                .filter(signature -> !signature.equals(PARAMETER))
                .map(signature ->
                        caught(
                                "value of " + signature,
                                signature,
                                call -> moved(call.right(Tensor.class)),
                                "values"));
    }

    private static Tensor moved(Tensor right) {
        return switch (right.type()) {
            case FLOAT32, BFLOAT16 -> right.multiply(1.001).add(0.001);
            case INT64 -> right.add(1);
            case BOOL -> right.not();
        };
    }

    @TestFactory
    Stream<DynamicTest> wrongGradientsAreCaught() {
        return operations()
                .filter(operation -> !FLAT.contains(operation.getName()))
                .flatMap(this::tilted);
    }

    /** Returns a test for each operand of an operation. */
    private Stream<DynamicTest> tilted(Method operation) {
        String signature = Altered.signature(operation);
        Stream<Integer> operands =
                IntStream.range(0, operation.getParameterCount())
                        .filter(i ->
                                Set.of(Tensor.class, List.class)
                                        .contains(operation.getParameterTypes()[i]))
                        .boxed();
        Stream<Integer> self =
                operation.getDeclaringClass() == Tensor.class ? Stream.of(-1) : Stream.of();
        return Stream.concat(self, operands)
                .filter(i -> !isChoice(operation, i))
                .map(i ->
                        caught(
                                "gradient of %s, operand %d".formatted(signature, i + 1),
                                signature,
                                call -> {
                                    Object operand = i < 0 ? call.target() : call.arguments()[i];
                                    Tensor from =
                                            operand instanceof List<?> list
                                                    ? (Tensor) list.getLast()
                                                    : (Tensor) operand;
                                    Tensor right = call.right(Tensor.class);
                                    return right.type() == DType.FLOAT32
                                                    && from.type() == DType.FLOAT32
                                            ? WrongBackends.tilted(right, from)
                                            : right;
                                },
                                "gradients"));
    }

    /** Returns whether an operand is a condition or an index. */
    private static boolean isChoice(Method operation, int operand) {
        return Set.of("and", "or", "not").contains(operation.getName())
                || operand == 0 && Set.of("where", "lookup", "pick").contains(operation.getName())
                || operand == 1 && operation.getName().equals("overwrite");
    }

    @TestFactory
    Stream<DynamicTest> whatIsNotRefusedIsCaught() {
        return operations()
                .map(Altered::signature)
                .filter(signature -> !TAKE_ANYTHING.contains(signature))
                .map(signature ->
                        caught(
                                "refusals of " + signature,
                                signature,
                                call ->
                                        WrongSessions.unlessRefused(
                                                call,
                                                call.target() instanceof Ops ops
                                                        ? ops.constant(0)
                                                        : call.target()),
                                "misfits"));
    }
}
