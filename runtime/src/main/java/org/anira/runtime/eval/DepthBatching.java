package org.anira.runtime.eval;

import org.anira.api.tensor.Session;
import org.anira.runtime.model.NamedProgram.Compiled;
import org.anira.runtime.model.Pages;
import org.anira.runtime.model.PagesProgram;
import org.anira.runtime.model.RecurrentTransformer;
import org.anira.runtime.model.StepProgram;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Continues sequences at different depths side by side: one whose token has left the recurrence
 * takes its next token while others iterate, and one that has ended makes room for the next prompt.
 *
 * <p>Each turn computes one stage for all sequences that stand before it, the stage with the most
 * tokens, so that no program runs on few rows while another could run on many, or one where a
 * sequence has waited for 2 (D + 1) turns. The stages are a step of the recurrence, and the way
 * from the recurrence of one token into that of the next: coda and head, then embedding and
 * prelude. With tied weights and a policy that mixes depths all steps are one stage, else each is
 * one of its own. Prompts have stages apart, since single tokens beside them would be padded to
 * their length.
 */
final class DepthBatching implements Way {

    private final Session session;
    private final RecurrentTransformer model;
    private final String rule;
    private final boolean mixed;
    private final Compiled<PagesProgram.Feed, Pages> empty;
    private Optional<Flight.Suite> suite = Optional.empty();

    DepthBatching(Session session, RecurrentTransformer model, String rule) {
        this.session = session;
        this.model = model;
        this.rule = rule;
        mixed = StepProgram.servesAll(model, rule);
        empty = new PagesProgram(model, rule).compile(session);
    }

    /** A sequence in the batch. */
    private static final class Seat {

        final int sequence;
        final Continued continued;
        final Row row;

        /** Whether the tokens that it is fed have been through the prelude. */
        boolean entered;

        boolean ended;

        /** The turn in which it was last computed, or took its seat. */
        int since;

        Seat(int sequence, Continued continued, Row row, int turn) {
            this.sequence = sequence;
            this.continued = continued;
            this.row = row;
            since = turn;
        }

        /** Takes an answer in, and is fed the next token unless that ends the sequence. */
        void answer(Flight.Answer answer, Choice choice) {
            int[] depths = row.depths();
            float[] expected = answer.expectedDepths();
            int last = depths.length - 1;
            if (row.from == 0) {
                continued.read(depths, expected);
            }
            int token = choice.token(sequence, answer.likeliest(), answer.logits());
            ended = continued.ends(token, depths[last], expected[last]);
            if (!ended) {
                row.feed(token);
                entered = false;
            }
        }
    }

    /** What a sequence stands before. @param step 0 for what lies between two recurrences */
    private record Stage(boolean reading, int step) implements Comparable<Stage> {
        @Override
        public int compareTo(Stage other) {
            return reading == other.reading
                    ? Integer.compare(step, other.step)
                    : Boolean.compare(reading, other.reading);
        }
    }

    @Override
    public void decode(List<Continued> sequences, int rows, boolean distributions, Choice choice) {
        int most = model.length();
        int maxDepth = model.settings().maxDepth();
        List<Seat> seats = new ArrayList<>();
        int begun = 0;
        try (Flight flight = new Flight(session, empty, this::programs)) {
            for (int turn = 0; begun < sequences.size() || !seats.isEmpty(); turn++) {
                while (begun < sequences.size() && seats.size() < rows) {
                    Continued sequence = sequences.get(begun);
                    Row row = new Row(sequence.prompt().tokens(), most, maxDepth);
                    seats.add(new Seat(begun++, sequence, row, turn));
                }
                Map<Stage, List<Seat>> stages = new TreeMap<>();
                seats.forEach(seat ->
                        stages.computeIfAbsent(stage(seat), _ -> new ArrayList<>()).add(seat));
                int oldest = turn - 2 * (maxDepth + 1);
                Map.Entry<Stage, List<Seat>> next =
                        stages.entrySet().stream()
                                .max(
                                        Comparator.<Map.Entry<Stage, List<Seat>>, Boolean>comparing(
                                                        stage -> isOverdue(stage, oldest))
                                                .thenComparingInt(DepthBatching::size))
                                .orElseThrow();
                for (Seat seat : next.getValue()) {
                    seat.since = turn;
                }
                if (next.getKey().step() > 0) {
                    flight.step(rows(next.getValue()));
                } else {
                    between(flight, next.getValue(), distributions, choice);
                    seats.removeIf(seat -> seat.ended);
                }
            }
        }
    }

    private Flight.Suite programs(Pages pages) {
        if (suite.isEmpty()) {
            suite = Optional.of(Flight.Suite.compile(session, model, rule, pages));
        }
        return suite.get();
    }

    private Stage stage(Seat seat) {
        Row row = seat.row;
        boolean between = !seat.entered || row.going.length == 0;
        return new Stage(row.fed.length > 1, between ? 0 : mixed ? 1 : row.depth + 1);
    }

    /** Returns whether a sequence has stood before a stage since a turn before {@code oldest}. */
    private static boolean isOverdue(Map.Entry<Stage, List<Seat>> stage, int oldest) {
        return stage.getValue().stream().anyMatch(seat -> seat.since < oldest);
    }

    /** Returns how many tokens a stage would compute. */
    private static int size(Map.Entry<Stage, List<Seat>> stage) {
        return stage.getValue().stream()
                .mapToInt(seat ->
                        stage.getKey().step() > 0 ? seat.row.going.length : seat.row.fed.length)
                .sum();
    }

    /**
     * Lets tokens leave the recurrence, and enters those that follow them or were never entered.
     */
    private void between(Flight flight, List<Seat> seats, boolean distributions, Choice choice) {
        boolean reading = stage(seats.getFirst()).reading();
        List<Seat> leaving = seats.stream().filter(seat -> seat.entered).toList();
        if (!leaving.isEmpty()) {
            List<Flight.Answer> answers = flight.leave(rows(leaving), distributions);
            for (int i = 0; i < leaving.size(); i++) {
                Seat seat = leaving.get(i);
                seat.answer(answers.get(i), choice);
                if (seat.ended) {
                    flight.end(seat.row);
                }
            }
        }
        // A prompt that has left goes on with a single token, in the stage of such.
        List<Seat> entering =
                seats.stream()
                        .filter(seat ->
                                !seat.entered && !seat.ended && stage(seat).reading() == reading)
                        .toList();
        if (!entering.isEmpty()) {
            flight.enter(rows(entering));
            entering.forEach(seat -> seat.entered = true);
        }
    }

    private static List<Row> rows(List<Seat> seats) {
        return seats.stream().map(seat -> seat.row).toList();
    }

    @Override
    public void close() {
        empty.close();
        suite.ifPresent(Flight.Suite::close);
    }
}
