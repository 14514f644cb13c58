package org.anira.runtime.eval;

import org.anira.api.task.CounterRandom;
import org.anira.api.task.Point;
import org.anira.api.task.Scorer;
import org.anira.api.task.Vocabulary;
import org.anira.runtime.config.EvaluationSettings;
import org.anira.runtime.eval.Decoder.Continuation;
import org.anira.runtime.eval.Decoder.Prompt;
import org.anira.runtime.run.Generation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Continues the prompts of a scorer, by sampling and greedily, and counts the continuations that it
 * accepts. The random numbers of the i-th continuation of a kind depend on the evaluation's seed,
 * the point, the kind and i alone.
 *
 * @param settings how many, how many at once, and the seed
 */
record Generator(Scorer scorer, Decoder decoder, EvaluationSettings settings) {

    private static final double TEMPERATURE = 1;

    /** Returns for each kind of prompt the results of sampling, then of greedy decoding. */
    List<Generation> at(Point point) {
        Map<String, List<Scorer.Prompt>> kinds = new LinkedHashMap<>();
        CounterRandom random = new CounterRandom(settings.seed(), "prompts " + point, 0);
        for (Scorer.Prompt prompt : scorer.prompts(point, settings.continuations(), random)) {
            kinds.computeIfAbsent(prompt.name(), _ -> new ArrayList<>()).add(prompt);
        }
        List<Generation> all = new ArrayList<>();
        kinds.forEach((name, prompts) -> {
            String purpose = "continuations %s %s".formatted(name, point);
            all.add(
                    judged(
                            name,
                            Generation.SAMPLED,
                            prompts,
                            some ->
                                    decoder.sampled(
                                            some,
                                            settings.batch(),
                                            TEMPERATURE,
                                            Decoder.randoms(
                                                    settings.seed(), purpose, 0, some.size()))));
            all.add(
                    judged(
                            name,
                            Generation.GREEDY,
                            different(prompts),
                            some -> decoder.greedy(some, settings.batch())));
        });
        return all;
    }

    /** Returns the prompts without those that repeat an earlier one. */
    private static List<Scorer.Prompt> different(List<Scorer.Prompt> prompts) {
        Map<List<Integer>, Scorer.Prompt> different = new LinkedHashMap<>();
        prompts.forEach(prompt -> different.putIfAbsent(list(prompt.tokens()), prompt));
        return List.copyOf(different.values());
    }

    private Generation judged(
            String name,
            String choice,
            List<Scorer.Prompt> prompts,
            Function<List<Prompt>, List<Continuation>> how) {
        List<Continuation> continuations =
                how.apply(prompts.stream().map(Generator::prompt).toList());
        Set<List<Integer>> distinct = new HashSet<>();
        long right = 0;
        for (int i = 0; i < prompts.size(); i++) {
            int[] tokens = continuations.get(i).tokens();
            right += scorer.accepts(prompts.get(i), tokens) ? 1 : 0;
            distinct.add(list(tokens));
        }
        return Generation.of(name, choice, prompts.size(), right, distinct.size());
    }

    private static Prompt prompt(Scorer.Prompt prompt) {
        return new Prompt(prompt.tokens(), prompt.limit(), List.of(Vocabulary.EOS));
    }

    private static List<Integer> list(int[] tokens) {
        return IntStream.of(tokens).boxed().toList();
    }
}
