package org.anira.runtime.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.anira.api.tensor.Session;
import org.anira.runtime.eval.Decoder;
import org.anira.runtime.eval.Decoder.Prompt;
import org.anira.runtime.eval.Predictor;
import org.anira.runtime.model.RecurrentTransformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Nothing native stays behind: neither tensors, which are counted, nor memory. */
class MemoryTests {

    private static final Path STATUS = Path.of("/proc/self/status");

    /**
     * Allowed growth of resident memory from step 500 to 2000: 4 KiB a step, less than the keys of
     * one layer that a step could leave behind. Measured: 0.2 MiB in all, by the allocator's
     * fragments and the virtual machine's compiled code.
     */
    private static final long ALLOWANCE = 6L << 20;

    @TempDir Path runs;

    @ParameterizedTest
    @ValueSource(strings = {"anira-e", "anira-o", "fixed"})
    void liveTensorsAreFlatOver200Steps(String halting) {
        Training training =
                new Training(
                        runs.resolve("run"),
                        "halting.name=" + halting,
                        "training.steps=200",
                        "training.micro-batch=4",
                        "training.execution=skipping",
                        "training.checkpoint-every=50",
                        "training.evaluate-every=50");
        List<Long> live = new ArrayList<>();
        training.run(
                Long.MAX_VALUE,
                session -> {
                    if (live.size() % 20 == 0) {
                        decode(session, training.model());
                    }
                    live.add(session.liveTensors());
                });
        assertEquals(200, live.size());
        // The first step may make what later ones use again, such as constants of the session.
        List<Long> later = live.subList(1, live.size());
        assertEquals(List.of(later.getFirst()), later.stream().distinct().toList());
    }

    private static void decode(Session session, RecurrentTransformer model) {
        String rule = model.mechanism().rules().getFirst();
        List<Prompt> prompts =
                List.of(
                        new Prompt(new int[] {1, 4}, 4, List.of()),
                        new Prompt(new int[] {1, 5, 6}, 3, List.of()));
        try (Decoder batching = Decoder.depthBatching(session, model, rule);
                Decoder lockStep =
                        Decoder.lockStep(
                                session,
                                model.length(),
                                Predictor.compile(session, model, rule, true))) {
            batching.greedy(prompts);
            lockStep.greedy(prompts);
        }
    }

    @Test
    void residentMemoryIsFlatOver2000Steps() throws IOException, InterruptedException {
        boolean readable = Files.isReadable(STATUS);
        if (!readable) {
            System.out.println(
                    "Skipped: resident memory is read from %s, which this system lacks"
                            .formatted(STATUS));
        }
        assumeTrue(readable, STATUS + " is missing");
        Path log = runs.resolve("log");
        Process child =
                new ProcessBuilder(command(runs.resolve("run")))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        int exit = child.waitFor();
        String said = Files.readString(log);
        assertEquals(0, exit, said);
        List<Long> resident = said.lines().map(Long::valueOf).toList();
        assertEquals(4, resident.size(), said);
        long growth = resident.getLast() - resident.getFirst();
        assertTrue(
                growth <= ALLOWANCE,
                "resident bytes after 500, 1000, 1500, 2000 steps %s: grown by %d, allowed %d"
                        .formatted(resident, growth, ALLOWANCE));
    }

    /** A process of its own, whose heap is resident as a whole from the start. */
    private static List<String> command(Path run) {
        String module = Resident.class.getModule().getName();
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ai.djl.pytorch_engine,ALL-UNNAMED",
                "--module-path",
                System.getProperty("jdk.module.path"),
                "--class-path",
                System.getProperty("java.class.path"),
                "--patch-module",
                module + "=" + tests(),
                "--add-reads",
                module + "=ALL-UNNAMED",
                "--add-modules",
                "ALL-MODULE-PATH",
                "--module",
                module + "/" + Resident.class.getName(),
                run.toString());
    }

    /** Returns the folder that the tests' classes are in. */
    private static Path tests() {
        String name = Resident.class.getName().replace('.', '/') + ".class";
        String file = Resident.class.getResource("/" + name).getPath();
        return Path.of(file.substring(0, file.length() - name.length()));
    }
}
