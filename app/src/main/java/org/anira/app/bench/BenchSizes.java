package org.anira.app.bench;

import org.anira.api.Settings;
import org.anira.api.halting.HaltingProvider;
import org.anira.runtime.bench.Workload;
import org.anira.runtime.config.ModelSettings.Precision;
import org.anira.runtime.experiment.InstalledPlugins;
import org.anira.runtime.model.RecurrentTransformer;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** The sizes of the measured model and its batches. */
public final class BenchSizes {

    /** The halting mechanism in the dense form. */
    private static final String HALTING = "anira-o";

    private static final int WIDTH_UNIT = 64;
    private static final int MOST = 65536;
    private static final int MOST_DEPTH = 256;
    private static final int MOST_THREADS = 4096;
    private static final int MOST_TOKENS = 1 << 24;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--width",
            paramLabel = "W",
            defaultValue = "256",
            description =
                    "Size of a token's state, a multiple of 64; ${DEFAULT-VALUE} if not given.")
    private int width;

    @Option(
            names = "--max-depth",
            paramLabel = "D",
            defaultValue = "6",
            description =
                    "Largest number of steps of the recurrence; ${DEFAULT-VALUE} if not given.")
    private int maxDepth;

    @Option(
            names = "--mean-depth",
            paramLabel = "M",
            description =
                    "Mean depth of tokens with skipping, a multiple of 0.5; D/2 if not given.")
    private Double meanDepth;

    @Option(
            names = "--batch",
            paramLabel = "B",
            defaultValue = "32",
            description = "Sequences of a step; ${DEFAULT-VALUE} if not given.")
    private int batch;

    @Option(
            names = "--length",
            paramLabel = "T",
            defaultValue = "48",
            description = "Tokens of a sequence; ${DEFAULT-VALUE} if not given.")
    private int length;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            defaultValue = "float32",
            description =
                    "Type that blocks compute in: ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not"
                            + " given.")
    private Type precision;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of one operation; the backend's own choice if not given.")
    private Integer threads;

    /** The types of {@link Precision}, in lower case. */
    public enum Type {
        FLOAT32,
        BFLOAT16;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks what was typed. */
    public void check() {
        if (width < WIDTH_UNIT || width > MOST || width % WIDTH_UNIT != 0) {
            throw new ParameterException(
                    command.commandLine(),
                    "--width is %d, expected a multiple of %d (%d to %d)"
                            .formatted(width, WIDTH_UNIT, WIDTH_UNIT, MOST));
        }
        between(command, "--max-depth", maxDepth, 1, MOST_DEPTH);
        if (meanDepth() < 1 || meanDepth() > maxDepth || 2 * meanDepth() % 1 != 0) {
            throw new ParameterException(
                    command.commandLine(),
                    "--mean-depth is %s, expected a multiple of 0.5 (1 to --max-depth, %d)"
                            .formatted(meanDepth(), maxDepth));
        }
        between(command, "--batch", batch, 1, MOST);
        between(command, "--length", length, 1, MOST);
        if ((long) batch * length > MOST_TOKENS) {
            throw new ParameterException(
                    command.commandLine(),
                    "--batch is %d and --length %d, expected at most %d tokens together"
                            .formatted(batch, length, MOST_TOKENS));
        }
        if (threads != null) {
            between(command, "--threads", threads, 1, MOST_THREADS);
        }
    }

    /** Refuses a number that is too small or too large. */
    public static void between(CommandSpec command, String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    command.commandLine(),
                    "%s is %d, expected a whole number (%d to %d)"
                            .formatted(option, value, least, most));
        }
    }

    private double meanDepth() {
        return meanDepth == null ? Math.max(1, Math.round(maxDepth) / 2.0) : meanDepth;
    }

    /** Returns the threads asked for, if any were. */
    public OptionalInt threads() {
        return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
    }

    public Type precision() {
        return precision;
    }

    /** Returns the workload to measure. */
    public Workload workload(InstalledPlugins plugins) {
        HaltingProvider halting = plugins.halting(HALTING);
        return new Workload(
                new RecurrentTransformer(
                        Workload.shape(width, maxDepth, Precision.valueOf(precision.name())),
                        Workload.VOCABULARY,
                        length,
                        halting.create(width, maxDepth, Settings.defaults(halting.options()))),
                batch,
                length,
                meanDepth());
    }

    /** Returns the sizes by the names of their options. */
    Map<String, Object> map() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("width", width);
        map.put("max-depth", maxDepth);
        map.put("mean-depth", meanDepth());
        map.put("batch", batch);
        map.put("length", length);
        map.put("precision", precision.toString());
        threads().ifPresent(n -> map.put("threads", n));
        return map;
    }

    /** Returns the options that pass these sizes to another process. */
    public List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        map().forEach((name, value) -> arguments.addAll(List.of("--" + name, value.toString())));
        return arguments;
    }
}
