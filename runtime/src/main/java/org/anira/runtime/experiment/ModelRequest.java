package org.anira.runtime.experiment;

import org.anira.runtime.config.Assignment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request for the model of a run or file. Each part is the value of the command-line option of
 * the same name.
 *
 * @param checkpoint step of the checkpoint; the newest if empty
 * @param rule inference rule; the run's if empty
 * @param backend name of the backend; the run's, or the first that reads files, if empty
 * @param batch sequences computed at once; the run's if empty
 * @param execution form of execution; the run's if empty
 */
public record ModelRequest(
        Optional<Long> checkpoint,
        Optional<String> rule,
        Optional<String> backend,
        Optional<String> batch,
        Optional<String> execution) {

    /** Returns settings, followed by those of a run that this requests. */
    List<Assignment> ofRun(List<Assignment> settings) {
        List<Assignment> all = new ArrayList<>(settings);
        rule.ifPresent(value -> all.add(Assignment.option("--rule", "halting.rule", value)));
        backend.ifPresent(value -> all.add(Assignment.option("--backend", "backend.name", value)));
        batch.ifPresent(value -> all.add(Assignment.option("--batch", "evaluation.batch", value)));
        execution.ifPresent(
                value -> all.add(Assignment.option("--execution", TrainedModel.EXECUTION, value)));
        return all;
    }

    /**
     * Returns settings, followed by those of a file that this requests.
     *
     * @param reader name of the backend that reads it
     */
    List<Assignment> ofFile(List<Assignment> settings, String reader) {
        return new ModelRequest(
                        checkpoint, Optional.empty(), Optional.of(reader), batch, Optional.empty())
                .ofRun(settings);
    }
}
