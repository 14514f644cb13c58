package org.anira.app.bench;

import com.sun.management.OperatingSystemMXBean;

import org.anira.api.AniraException;
import org.anira.api.Settings;
import org.anira.api.tensor.BackendProvider;
import org.anira.api.tensor.Capability;
import org.anira.api.tensor.Session;
import org.anira.runtime.bench.Workload;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.run.Json;
import org.anira.runtime.train.Weights;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A backend that runs steps on the orders of another process. Its first line describes the backend,
 * or says why it cannot run. Each order {@code PASS FORM SECONDS} is then answered by a line with
 * steps, seconds and processor seconds.
 *
 * @param settings of the backend's session
 */
public record Worker(BackendProvider backend, Workload workload, Settings settings) {

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Serves orders until their end. */
    public void serve(InputStream orders, PrintWriter answers) {
        Map<String, Object> hello = new LinkedHashMap<>();
        if (workload.model().settings().precision() == Precision.BFLOAT16
                && !backend.capabilities().contains(Capability.BFLOAT16)) {
            hello.put("obstacle", "it does not compute in bfloat16");
            answers.println(Json.line(hello));
            return;
        }
        try (Session session = backend.open(settings)) {
            Weights.initialise(session, workload.model().parameters(), 1);
            boolean training = backend.capabilities().contains(Capability.TRAINING);
            Session.Info info = session.info();
            hello.put("library", info.library());
            hello.put("device", info.device());
            hello.put("threads", info.threads());
            hello.put("passes", training ? List.of("training", "forward") : List.of("forward"));
            answers.println(Json.line(hello));
            serve(session, orders, answers);
        } catch (AniraException e) {
            answers.println(Json.line(Map.of("obstacle", e.code() + " " + e.getMessage())));
        }
    }

    private void serve(Session session, InputStream orders, PrintWriter answers) {
        Map<String, Runnable> steps = new HashMap<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(orders, StandardCharsets.US_ASCII))) {
            for (String order = lines.readLine(); order != null; order = lines.readLine()) {
                String[] words = order.split(" ");
                boolean skipping = words[1].equals("skipping");
                Runnable step =
                        steps.computeIfAbsent(
                                words[0] + words[1],
                                _ ->
                                        words[0].equals("training")
                                                ? workload.training(session, skipping)
                                                : workload.forward(session, skipping));
                answers.println(measure(step, Double.parseDouble(words[2])));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String measure(Runnable step, double seconds) {
        long start = System.nanoTime();
        long processorStart = PROCESS.getProcessCpuTime();
        long steps = 0;
        double passed;
        do {
            step.run();
            steps++;
            passed = (System.nanoTime() - start) * 1e-9;
        } while (passed < seconds);
        double processor = (PROCESS.getProcessCpuTime() - processorStart) * 1e-9;
        return String.format(Locale.ROOT, "%d %.6f %.6f", steps, passed, processor);
    }
}
