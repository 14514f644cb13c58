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
 * steps, seconds, processor seconds, and the seconds of the first step of that pass and form, which
 * is in none of the others; each order {@code profile PASS FORM SECONDS} by a {@link StepProfile}.
 *
 * @param settings of the backend's session
 */
public record Worker(BackendProvider backend, Workload workload, Settings settings) {

    private static final String PROFILE = "profile";

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

    /** Steps of a pass in a form, and the seconds that the first of them took. */
    private record Steps(Runnable step, double first) {

        static Steps begin(Runnable step) {
            long start = System.nanoTime();
            step.run();
            return new Steps(step, since(start));
        }
    }

    private void serve(Session session, InputStream orders, PrintWriter answers) {
        Map<String, Steps> known = new HashMap<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(orders, StandardCharsets.US_ASCII))) {
            for (String order = lines.readLine(); order != null; order = lines.readLine()) {
                boolean profiled = order.startsWith(PROFILE);
                String[] words = order.substring(profiled ? PROFILE.length() + 1 : 0).split(" ");
                boolean skipping = words[1].equals("skipping");
                double seconds = Double.parseDouble(words[2]);
                Steps steps =
                        known.computeIfAbsent(
                                words[0] + words[1],
                                _ ->
                                        Steps.begin(
                                                words[0].equals("training")
                                                        ? workload.training(session, skipping)
                                                        : workload.forward(session, skipping)));
                answers.println(
                        profiled
                                ? Json.line(profile(session, steps.step, seconds).line())
                                : measure(steps, seconds));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String measure(Steps steps, double seconds) {
        long start = System.nanoTime();
        long processorStart = PROCESS.getProcessCpuTime();
        long count = repeat(steps.step, start, seconds);
        double passed = since(start);
        double processor = (PROCESS.getProcessCpuTime() - processorStart) * 1e-9;
        return String.format(
                Locale.ROOT, "%d %.6f %.6f %.6f", count, passed, processor, steps.first);
    }

    private static StepProfile profile(Session session, Runnable step, double seconds) {
        session.startProfile();
        long start = System.nanoTime();
        long count = repeat(step, start, seconds);
        double passed = since(start);
        return new StepProfile(count, passed, session.stopProfile());
    }

    /** Takes steps until some time has passed since the start, and at least one. */
    private static long repeat(Runnable step, long start, double seconds) {
        long count = 0;
        do {
            step.run();
            count++;
        } while (since(start) < seconds);
        return count;
    }

    private static double since(long start) {
        return (System.nanoTime() - start) * 1e-9;
    }
}
