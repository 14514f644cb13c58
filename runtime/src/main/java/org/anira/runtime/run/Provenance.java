package org.anira.runtime.run;

import org.anira.api.DataException;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The origin of a run, with everything needed to repeat it: {@code provenance.json}.
 *
 * @param anira version of the program
 * @param commit the source it was built from, if known
 * @param command the command line, word by word
 * @param plugins one snapshot per plug-in: id, version, path, SHA-256 and other values of the
 *     registry
 * @param backend the backend
 * @param form how steps are computed, such as {@code eager}, with what identifies compiled code;
 *     empty before the first step
 * @param machine the machine
 * @param seeds by purpose
 * @param taskHash hash of the task's generator and settings
 * @param units what each axis of difficulty counts, by the axis' name, as the task declares it;
 *     empty for runs of builds that did not record it
 * @param parent the run that this one continues from, if any
 * @param start when the run began
 * @param end when it ended, once it has
 */
public record Provenance(
        String anira,
        Optional<String> commit,
        List<String> command,
        List<Map<String, Object>> plugins,
        Backend backend,
        Optional<String> form,
        Machine machine,
        Map<String, Long> seeds,
        String taskHash,
        Optional<Map<String, String>> units,
        Optional<String> parent,
        Instant start,
        Optional<Instant> end) {

    /** Checks that no element is null, and copies the lists. */
    public Provenance {
        Fields.values("seeds", seeds);
        units.ifPresent(each -> Fields.values("units", each));
        plugins.forEach(Provenance::checkTexts);
        command = List.copyOf(command);
        plugins = List.copyOf(plugins);
    }

    /** Checks the texts of a plug-in that are read; the others differ between builds. */
    private static void checkTexts(Map<String, Object> plugin) {
        for (String key : List.of("id", "version", "path", "sha256")) {
            if (plugin.containsKey(key) && !(plugin.get(key) instanceof String)) {
                throw new IllegalArgumentException("'plugins.%s' is no text".formatted(key));
            }
        }
    }

    /**
     * The backend.
     *
     * @param name of the backend
     * @param library the native library under it, with its version
     * @param device such as {@code cpu} or {@code cuda:0}
     * @param threads of one operation; 0 if that is undefined
     */
    public record Backend(String name, String library, String device, int threads) {}

    /** Returns a copy with the form that steps are computed in. */
    public Provenance in(String form) {
        return new Provenance(
                anira,
                commit,
                command,
                plugins,
                backend,
                Optional.of(form),
                machine,
                seeds,
                taskHash,
                units,
                parent,
                start,
                end);
    }

    /** Returns a copy with the time at which the run ended. */
    public Provenance endedAt(Instant time) {
        return new Provenance(
                anira,
                commit,
                command,
                plugins,
                backend,
                form,
                machine,
                seeds,
                taskHash,
                units,
                parent,
                start,
                Optional.of(time));
    }

    /**
     * Writes it into a run's folder, in place of an earlier one.
     *
     * @throws DataException RUN-005 if that fails
     */
    public void write(RunFolder run) {
        DurableFiles.write(run.provenance(), Json.text(this));
    }

    /**
     * Reads it from a run's folder.
     *
     * @throws DataException RUN-004 if it is missing or damaged
     */
    public static Provenance read(RunFolder run) {
        return Json.readOlder(run.provenance(), Provenance.class);
    }
}
