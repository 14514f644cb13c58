package org.anira.app.command;

import org.anira.app.preset.Presets;
import org.anira.app.process.Installation;
import org.anira.runtime.config.Section;
import org.anira.runtime.plugin.Kind;
import org.anira.runtime.plugin.Service;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * CandidateNames that a shell completes. They are looked up when the completion script is made,
 * from the plug-ins installed then.
 */
final class Candidates {

    private Candidates() {}

    private abstract static class CandidateNames implements Iterable<String> {

        private final Supplier<List<String>> words;

        CandidateNames(Supplier<List<String>> words) {
            this.words = words;
        }

        @Override
        public Iterator<String> iterator() {
            return words.get().iterator();
        }
    }

    private static List<String> names(Kind<?> kind) {
        return Installation.open(List.of()).registry().services(kind).stream()
                .map(Service::name)
                .distinct()
                .toList();
    }

    /** Names of presets. */
    static final class Experiments extends CandidateNames {
        Experiments() {
            super(() -> List.copyOf(Presets.summaries().keySet()));
        }
    }

    /** Names of tasks. */
    static final class Tasks extends CandidateNames {
        Tasks() {
            super(() -> names(Kind.TASK));
        }
    }

    /** Names of halting mechanisms. */
    static final class Mechanisms extends CandidateNames {
        Mechanisms() {
            super(() -> names(Kind.HALTING));
        }
    }

    /** Names of backends. */
    static final class Backends extends CandidateNames {
        Backends() {
            super(() -> names(Kind.BACKEND));
        }
    }

    /** The forms of execution. */
    static final class Executions extends CandidateNames {
        Executions() {
            super(() ->
                    Section.EVALUATION.options().stream()
                            .filter(option -> option.name().equals("execution"))
                            .flatMap(option -> option.choices().stream())
                            .toList());
        }
    }

    /** Names of everything that can be described. */
    static final class Describable extends CandidateNames {
        Describable() {
            super(() -> {
                List<String> all = new ArrayList<>(Presets.summaries().keySet());
                Kind.ALL.forEach(kind -> all.addAll(names(kind)));
                return all;
            });
        }
    }
}
