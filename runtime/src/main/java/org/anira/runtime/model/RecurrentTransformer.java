package org.anira.runtime.model;

import org.anira.api.halting.HaltingBehaviour;
import org.anira.api.halting.HaltingMechanism;
import org.anira.api.tensor.Parameter;
import org.anira.runtime.config.ModelSettings;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A recurrent Transformer (Moosa et al., ICML 2026): embedding, prelude, a recurrent block applied
 * up to D times, coda, final norm, language-model head. A description without state: its programs,
 * such as {@link TrainingProgram}, run on any session that has its parameters.
 */
public final class RecurrentTransformer {

    private final ModelSettings settings;
    private final int vocabulary;
    private final int length;
    private final HaltingMechanism mechanism;
    private final Rotary.Table rotary;

    /**
     * Describes a model.
     *
     * @param settings the shape
     * @param vocabulary V
     * @param length number of positions, the longest sequence that may be fed
     * @param mechanism decides how often the block is applied to each token
     */
    public RecurrentTransformer(
            ModelSettings settings, int vocabulary, int length, HaltingMechanism mechanism) {
        this.settings = settings;
        this.vocabulary = vocabulary;
        this.length = length;
        this.mechanism = mechanism;
        rotary = Rotary.Table.of(length, settings.width() / settings.heads(), settings.ropeBase());
    }

    /** Returns the shape. */
    public ModelSettings settings() {
        return settings;
    }

    /** Returns V, the size of the vocabulary. */
    public int vocabulary() {
        return vocabulary;
    }

    /** Returns the longest sequence that may be fed. */
    public int length() {
        return length;
    }

    /** Returns the halting mechanism. */
    public HaltingMechanism mechanism() {
        return mechanism;
    }

    /** Returns whether the mechanism has a distribution that training shapes. */
    public boolean learned() {
        return mechanism.behaviours().contains(HaltingBehaviour.LEARNED);
    }

    /** Returns the parameters, in the order of the computation. */
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(Parameter.normal("embedding", 1, vocabulary, settings.width()));
        layers("prelude", settings.prelude())
                .forEach(name -> all.addAll(Layer.parameters(name, settings)));
        all.addAll(RecurrentWeights.parameters(settings));
        all.addAll(mechanism.parameters());
        layers("coda", settings.coda())
                .forEach(name -> all.addAll(Layer.parameters(name, settings)));
        all.add(Parameter.constant("norm", 1, settings.width()));
        all.add(Parameter.linear("head", vocabulary, settings.width(), 1));
        return all;
    }

    /** Returns the names of a stage's layers. */
    static List<String> layers(String stage, int count) {
        return IntStream.range(0, count).mapToObj(i -> stage + "." + i).toList();
    }

    Rotary.Table rotary() {
        return rotary;
    }
}
