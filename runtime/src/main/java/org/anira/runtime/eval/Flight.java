package org.anira.runtime.eval;

import org.anira.api.tensor.Input;
import org.anira.api.tensor.Scope;
import org.anira.api.tensor.Session;
import org.anira.api.tensor.Tensor;
import org.anira.runtime.model.EntryProgram;
import org.anira.runtime.model.GrowthProgram;
import org.anira.runtime.model.LeavingProgram;
import org.anira.runtime.model.Listing;
import org.anira.runtime.model.NamedProgram.Compiled;
import org.anira.runtime.model.Pages;
import org.anira.runtime.model.PagesProgram;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.model.StepProgram;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The pages of one decoding, and the programs on them, in terms of {@link Row}s. Belongs to the
 * session's thread; scopes opened after it must be closed before it is used.
 */
final class Flight implements AutoCloseable {

    /** How many places pages have at first. */
    private static final int FEW = 256;

    /**
     * The programs of a model, compiled for a session. Closing closes all.
     *
     * @param mixed whether one program of steps serves all depths, or there is one for each
     * @param leaving without and with distributions
     * @param growth of each part
     */
    record Suite(
            Compiled<EntryProgram.Feed, EntryProgram.Result> entry,
            boolean mixed,
            List<Compiled<StepProgram.Feed, StepProgram.Result>> steps,
            List<Compiled<LeavingProgram.Feed, LeavingProgram.Result>> leaving,
            List<Compiled<GrowthProgram.Some, GrowthProgram.Some>> growth)
            implements AutoCloseable {

        static Suite compile(
                Session session, RecurrentTransformer model, String rule, Pages pages) {
            List<Input> inputs = pages.inputs();
            List<Compiled<StepProgram.Feed, StepProgram.Result>> steps = new ArrayList<>();
            boolean mixed = StepProgram.servesAll(model, rule);
            if (mixed) {
                steps.add(
                        new StepProgram(model, rule, inputs, OptionalInt.empty()).compile(session));
            } else {
                for (int d = 1; d <= model.settings().maxDepth(); d++) {
                    steps.add(
                            new StepProgram(model, rule, inputs, OptionalInt.of(d))
                                    .compile(session));
                }
            }
            return new Suite(
                    new EntryProgram(model, rule, inputs).compile(session),
                    mixed,
                    steps,
                    List.of(
                            new LeavingProgram(model, rule, inputs, false).compile(session),
                            new LeavingProgram(model, rule, inputs, true).compile(session)),
                    Arrays.stream(Pages.Part.values())
                            .map(part -> new GrowthProgram(pages.part(part)).compile(session))
                            .toList());
        }

        @Override
        public void close() {
            entry.close();
            steps.forEach(Compiled::close);
            leaving.forEach(Compiled::close);
            growth.forEach(Compiled::close);
        }
    }

    private final Session session;
    private final Suite suite;
    private final Scope scope;
    private final List<Places> places = new ArrayList<>();
    private Pages pages;

    /**
     * Begins with empty pages; close it.
     *
     * @param empty makes them
     * @param suite the programs; compiles them if there are none yet
     */
    Flight(
            Session session,
            Compiled<PagesProgram.Feed, Pages> empty,
            Function<Pages, Suite> suite) {
        this.session = session;
        scope = session.scope();
        try (Scope inner = session.scope()) {
            Tensor few = session.tensor(new int[FEW], FEW);
            pages = empty.run(new PagesProgram.Feed(few, few, few));
            for (Pages.Part part : Pages.Part.values()) {
                pages = pages.with(part, pages.part(part).stream().map(inner::keep).toList());
            }
        }
        for (Pages.Part _ : Pages.Part.values()) {
            places.add(new Places(FEW));
        }
        this.suite = suite.apply(pages);
    }

    /** Computes embedding and prelude of the tokens that the rows are fed. */
    void enter(List<Row> rows) {
        for (Row row : rows) {
            row.begin();
            row.states = new int[row.fed.length];
            for (int i = 0; i < row.fed.length; i++) {
                row.states[i] = take(Pages.Part.STATES);
                row.layers[row.from + i] = take(Pages.Part.LAYERS);
            }
        }
        try (Scope inner = session.scope()) {
            int[] ids = rows.stream().flatMapToInt(row -> Arrays.stream(row.fed)).toArray();
            Listing listing =
                    listing(rows, row -> row.going, (row, position) -> row.layers[position]);
            EntryProgram.Result result =
                    suite.entry.run(
                            new EntryProgram.Feed(session.tensor(ids, ids.length), listing, pages));
            replace(inner, Pages.Part.LAYERS, Pages.tensors(result.layers()));
            replace(inner, Pages.Part.STATES, result.states().tensors());
        }
    }

    /** Takes a step with those tokens that go on, and finds out which of them go on after it. */
    void step(List<Row> rows) {
        int count = 0;
        for (Row row : rows) {
            row.depth++;
            for (int i : row.going) {
                row.steps[row.from + i][row.depth - 1] = take(Pages.Part.STEPS);
                row.taken[row.from + i] = row.depth;
                count++;
            }
        }
        int[] depths = new int[count];
        int filled = 0;
        for (Row row : rows) {
            Arrays.fill(depths, filled, filled + row.going.length, row.depth);
            filled += row.going.length;
        }
        boolean[] halt;
        try (Scope inner = session.scope()) {
            Listing listing =
                    listing(
                            rows,
                            row -> row.going,
                            (row, position) -> row.place(position, row.depth));
            StepProgram.Result result =
                    suite.steps
                            .get(suite.mixed ? 0 : rows.getFirst().depth - 1)
                            .run(
                                    new StepProgram.Feed(
                                            suite.mixed
                                                    ? Optional.of(session.tensor(depths, count))
                                                    : Optional.empty(),
                                            listing,
                                            pages));
            halt = session.booleans(result.halt());
            replace(inner, Pages.Part.STEPS, Pages.tensors(result.steps()));
            replace(inner, Pages.Part.STATES, result.states().tensors());
        }
        int next = 0;
        for (Row row : rows) {
            int first = next;
            next += row.going.length;
            int[] going = row.going;
            row.going =
                    IntStream.range(0, going.length)
                            .filter(i -> !halt[first + i])
                            .map(i -> going[i])
                            .toArray();
        }
    }

    /**
     * What a model says after the tokens that a row was fed.
     *
     * @param likeliest the likeliest next token
     * @param logits [V], of the next token; empty unless asked for
     * @param expectedDepths E[d] of each token fed
     */
    record Answer(int likeliest, float[] logits, float[] expectedDepths) {}

    /** Computes coda and head of rows whose tokens have all halted. */
    List<Answer> leave(List<Row> rows, boolean distributions) {
        int count = 0;
        int[] last = new int[rows.size()];
        for (int s = 0; s < last.length; s++) {
            count += rows.get(s).fed.length;
            last[s] = count - 1;
        }
        float[] answer;
        try (Scope inner = session.scope()) {
            Listing listing =
                    listing(
                            rows,
                            row -> IntStream.range(0, row.fed.length).toArray(),
                            (row, position) -> row.layers[position]);
            LeavingProgram.Result result =
                    suite.leaving
                            .get(distributions ? 1 : 0)
                            .run(
                                    new LeavingProgram.Feed(
                                            session.tensor(last, last.length), listing, pages));
            answer = session.floats(result.answer());
            replace(inner, Pages.Part.LAYERS, Pages.tensors(result.layers()));
        }
        int vocabulary = (answer.length - count) / last.length - 1;
        int logits = count + last.length;
        List<Answer> answers = new ArrayList<>();
        for (int s = 0; s < last.length; s++) {
            Row row = rows.get(s);
            answers.add(
                    new Answer(
                            (int) answer[count + s],
                            Arrays.copyOfRange(
                                    answer, logits + s * vocabulary, logits + (s + 1) * vocabulary),
                            Arrays.copyOfRange(answer, last[s] + 1 - row.fed.length, last[s] + 1)));
            Arrays.stream(row.states).forEach(places(Pages.Part.STATES)::free);
        }
        return answers;
    }

    /** Gives the places of a row that has left, and is fed no more, to others. */
    void end(Row row) {
        for (int position = 0; position < row.end(); position++) {
            places(Pages.Part.LAYERS).free(row.layers[position]);
            for (int d = 0; d < row.taken[position]; d++) {
                places(Pages.Part.STEPS).free(row.steps[position][d]);
            }
        }
    }

    private interface Place {
        int of(Row row, int position);
    }

    /**
     * Lists tokens of rows.
     *
     * @param which of the tokens fed
     * @param place where a token's keys and values are read, and those of the listed ones written
     */
    private Listing listing(List<Row> rows, Function<Row, int[]> which, Place place) {
        int size = rows.size();
        int[] counts = new int[size];
        int[][] read = new int[size][];
        for (int s = 0; s < size; s++) {
            Row row = rows.get(s);
            counts[s] = which.apply(row).length;
            read[s] = new int[row.end()];
            for (int position = 0; position < row.end(); position++) {
                read[s][position] = place.of(row, position);
            }
        }
        int all = Arrays.stream(counts).sum();
        int[] positions = new int[all];
        int[] states = new int[all];
        int[] written = new int[all];
        int next = 0;
        for (int s = 0; s < size; s++) {
            Row row = rows.get(s);
            for (int i : which.apply(row)) {
                positions[next] = row.from + i;
                states[next] = row.states[i];
                written[next] = read[s][row.from + i];
                next++;
            }
        }
        return Listing.of(session, counts, positions, states, written, read);
    }

    private Places places(Pages.Part part) {
        return places.get(part.ordinal());
    }

    /** Takes a place; if there is none, doubles the part's pages. */
    private int take(Pages.Part part) {
        Places own = places(part);
        if (own.isEmpty()) {
            try (Scope inner = session.scope()) {
                GrowthProgram.Some grown =
                        suite.growth
                                .get(part.ordinal())
                                .run(new GrowthProgram.Some(pages.part(part)));
                replace(inner, part, grown.tensors());
            }
            own.grow(own.capacity());
        }
        return own.take();
    }

    /** Goes on with new tensors of a part, made in {@code inner}, and frees those before. */
    private void replace(Scope inner, Pages.Part part, List<Tensor> next) {
        List<Tensor> before = pages.part(part);
        pages = pages.with(part, next.stream().map(inner::keep).toList());
        before.forEach(scope::free);
    }

    @Override
    public void close() {
        scope.close();
    }
}
