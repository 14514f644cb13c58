package org.anira.benchmarks;

import com.sun.management.OperatingSystemMXBean;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * Counts steps in rounds that another process asks for, so that two processes can be measured in
 * turn: a line with a number of seconds comes in, a line with steps, seconds and processor seconds
 * goes out. The end of the input ends the measurement.
 */
final class Rounds {

    private final OperatingSystemMXBean process =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final BufferedReader orders =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    private long steps;
    private long start;
    private long processorStart;
    private double seconds = -1;

    /** Ends a step, or begins the first one. Returns whether to take another. */
    boolean next() {
        if (seconds >= 0) {
            steps++;
            double passed = (System.nanoTime() - start) * 1e-9;
            if (passed < seconds) {
                return true;
            }
            double processor = (process.getProcessCpuTime() - processorStart) * 1e-9;
            System.out.printf("%d %.6f %.6f%n", steps, passed, processor);
        }
        try {
            String order = orders.readLine();
            if (order == null) {
                return false;
            }
            seconds = Double.parseDouble(order);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        steps = 0;
        start = System.nanoTime();
        processorStart = process.getProcessCpuTime();
        return true;
    }
}
