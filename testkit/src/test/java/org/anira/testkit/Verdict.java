package org.anira.testkit;

import org.anira.api.Provider;
import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.api.task.TaskProvider;
import org.anira.api.tensor.BackendProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What JUnit says when a contract is run on a plug-in.
 *
 * @param failed what was thrown, by the test's name: that of its method, and for a dynamic test its
 *     own behind it, as in {@code gradients: tanh [3, 2]}
 * @param skipped names of tests that were skipped or aborted
 * @param passed number of tests that passed
 */
record Verdict(Map<String, Throwable> failed, Set<String> skipped, int passed) {

    private static final ScopedValue<Provider> PLUGIN = ScopedValue.newInstance();
    private static final ScopedValue<List<OperationCase>> CASES = ScopedValue.newInstance();

    /** The contract of a mechanism, with its defaults. */
    static class OfHalting extends HaltingContract {
        @Override
        public HaltingProvider provider() {
            return (HaltingProvider) PLUGIN.get();
        }
    }

    /** The contract of a task, with its defaults. */
    static class OfTask extends TaskContract {
        @Override
        public TaskProvider provider() {
            return (TaskProvider) PLUGIN.get();
        }
    }

    /** The contract of a backend. */
    static class OfBackend extends BackendContract {
        @Override
        public BackendProvider provider() {
            return (BackendProvider) PLUGIN.get();
        }

        @Override
        public Settings settings() {
            return Settings.defaults(List.of());
        }

        @Override
        public List<OperationCase> operations() {
            return CASES.isBound() ? CASES.get() : super.operations();
        }
    }

    /** Returns the names of all tests of a contract. */
    static Set<String> tests(Class<?> contract) {
        return Arrays.stream(contract.getMethods())
                .filter(method ->
                        method.isAnnotationPresent(Test.class)
                                || method.isAnnotationPresent(TestFactory.class))
                .map(method -> method.getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Runs a contract, or some tests of it, on a plug-in. */
    static Verdict of(Class<?> contract, Provider plugin, String... tests) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
        if (tests.length == 0) {
            request.selectors(DiscoverySelectors.selectClass(contract));
        }
        for (String test : tests) {
            request.selectors(DiscoverySelectors.selectMethod(contract, test));
        }
        Launcher launcher =
                LauncherFactory.create(
                        LauncherConfig.builder()
                                .enableTestExecutionListenerAutoRegistration(false)
                                .enableLauncherSessionListenerAutoRegistration(false)
                                .enableLauncherDiscoveryListenerAutoRegistration(false)
                                .build());
        Recorder recorder = new Recorder();
        ScopedValue.where(PLUGIN, plugin).run(() -> launcher.execute(request.build(), recorder));
        return new Verdict(recorder.failed, recorder.skipped, recorder.passed);
    }

    /** Runs a test of the contract of a backend, with some operations alone. */
    static Verdict ofOperations(List<OperationCase> cases, BackendProvider plugin, String test) {
        return ScopedValue.where(CASES, cases).call(() -> of(OfBackend.class, plugin, test));
    }

    /** Returns what a test threw, if it failed; of dynamic tests any. */
    List<Throwable> thrownBy(String test) {
        String dynamic = test.contains(": ") ? test : test + ": ";
        return failed.entrySet().stream()
                .filter(entry -> entry.getKey().equals(test) || entry.getKey().startsWith(dynamic))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static final class Recorder implements TestExecutionListener {

        private final Map<String, Throwable> failed = new TreeMap<>();
        private final Set<String> skipped = new TreeSet<>();
        private final Map<String, String> names = new HashMap<>();
        private TestPlan plan;
        private int passed;

        @Override
        public void testPlanExecutionStarted(TestPlan started) {
            plan = started;
        }

        private String name(TestIdentifier test) {
            return names.computeIfAbsent(
                    test.getUniqueId(),
                    _ -> {
                        String method =
                                test.getSource()
                                        .filter(MethodSource.class::isInstance)
                                        .map(source -> ((MethodSource) source).getMethodName())
                                        .orElse(test.getDisplayName());
                        boolean dynamic =
                                plan.getParent(test)
                                        .flatMap(TestIdentifier::getSource)
                                        .filter(MethodSource.class::isInstance)
                                        .isPresent();
                        return dynamic ? method + ": " + test.getDisplayName() : method;
                    });
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            skipped.add(name(test));
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            switch (result.getStatus()) {
                case SUCCESSFUL -> passed += test.isTest() ? 1 : 0;
                case ABORTED -> skipped.add(name(test));
                case FAILED -> failed.put(name(test), result.getThrowable().orElseThrow());
            }
        }
    }
}
