package org.anira.backend.torch;

import org.anira.backend.floor.Refusals;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the contract of this backend without Maven, on a machine that has none. Prints a line as
 * soon as a test has ended, {@code passed NAME}, {@code failed NAME: REASON} or {@code skipped
 * NAME: REASON}, and {@code ended} after the last. NAME begins with that of the method. Exits with
 * 0 if tests passed and none failed, else with 1.
 *
 * <pre>
 * java -Danira.torch=FOLDER -Danira.torch.device=cuda:0 -cp 'contract/*' --enable-native-access=ALL-UNNAMED
 *     org.anira.backend.torch.ContractRun</pre>
 */
final class ContractRun implements TestExecutionListener {

    private TestPlan plan;
    private int passed;
    private int failed;

    private ContractRun() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        ContractRun run = new ContractRun();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(
                                        DiscoverySelectors.selectClass(
                                                TorchBackendContractTests.class))
                                .build(),
                        run);
        System.out.println("ended");
        System.exit(run.failed == 0 && run.passed > 0 ? 0 : 1);
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        System.out.println("skipped %s: %s".formatted(name(test), reason));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String reason = result.getThrowable().map(Refusals::firstLine).orElse("");
        switch (result.getStatus()) {
            case SUCCESSFUL -> {
                if (test.isTest()) {
                    passed++;
                    System.out.println("passed " + name(test));
                }
            }
            case ABORTED -> System.out.println("skipped %s: %s".formatted(name(test), reason));
            case FAILED -> {
                failed++;
                System.out.println("failed %s: %s".formatted(name(test), reason));
            }
        }
    }

    /** Returns the method of a test, and behind it the name of a case of it. */
    private String name(TestIdentifier test) {
        String own =
                test.getSource()
                        .filter(MethodSource.class::isInstance)
                        .map(source -> ((MethodSource) source).getMethodName())
                        .orElse(test.getDisplayName());
        return plan.getParent(test)
                .flatMap(TestIdentifier::getSource)
                .filter(MethodSource.class::isInstance)
                .map(source ->
                        ((MethodSource) source).getMethodName() + " / " + test.getDisplayName())
                .orElse(own);
    }
}
