package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Activities;
import org.anira.task.clrstext.Input.Dimensions;
import org.anira.task.clrstext.Input.Graph;
import org.anira.task.clrstext.Input.Keys;
import org.anira.task.clrstext.Input.Points;
import org.anira.task.clrstext.Input.Search;
import org.anira.task.clrstext.Input.SearchTree;
import org.anira.task.clrstext.Input.Strings;
import org.anira.task.clrstext.Input.Tasks;

import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * The fields of a question: how an input is written and read back.
 *
 * @param real whether the numbers are real
 * @param count the most numbers that there are, by n
 */
record Fields<I extends Input>(
        BiConsumer<I, FieldWriter> writer,
        Function<FieldReader, I> reader,
        boolean real,
        IntUnaryOperator count) {

    static final Fields<Keys> KEYS =
            new Fields<>(
                    (keys, out) -> out.reals("key", keys.key()),
                    in -> new Keys(in.reals("key")),
                    true,
                    n -> n);

    static final Fields<Dimensions> DIMENSIONS =
            new Fields<>(
                    (dimensions, out) -> out.reals("p", dimensions.p()),
                    in -> new Dimensions(in.reals("p")),
                    true,
                    n -> n);

    static final Fields<Search> SEARCH =
            new Fields<>(
                    (search, out) ->
                            out.reals("key", search.key()).target("target", search.target()),
                    in -> new Search(in.reals("key"), in.number("target")),
                    true,
                    n -> n + 1);

    /** Which string each symbol belongs to, and the symbols. */
    static final Fields<Strings> STRINGS =
            new Fields<>(
                    (strings, out) -> {
                        int[] which = new int[strings.length()];
                        Arrays.fill(which, strings.first().length, which.length, 1);
                        int[] symbols = Arrays.copyOf(strings.first(), which.length);
                        System.arraycopy(
                                strings.second(),
                                0,
                                symbols,
                                strings.first().length,
                                strings.second().length);
                        out.wholes("string", which, false).wholes("key", symbols, false);
                    },
                    in -> {
                        int[] which = in.wholes("string");
                        int[] symbols = in.wholes("key");
                        int first =
                                (int) Arrays.stream(which).filter(string -> string == 0).count();
                        return new Strings(
                                Arrays.copyOf(symbols, first),
                                Arrays.copyOfRange(symbols, first, symbols.length));
                    },
                    false,
                    n -> 2 * n);

    /** Both are of one length: p has a 0 at its end. */
    static final Fields<SearchTree> SEARCH_TREE =
            new Fields<>(
                    (tree, out) ->
                            out.reals("p", Arrays.copyOf(tree.p(), tree.q().length))
                                    .reals("q", tree.q()),
                    in -> {
                        double[] p = in.reals("p");
                        return new SearchTree(Arrays.copyOf(p, p.length - 1), in.reals("q"));
                    },
                    true,
                    n -> 2 * n + 2);

    static final Fields<Activities> ACTIVITIES =
            new Fields<>(
                    (activities, out) ->
                            out.reals("s", activities.start()).reals("f", activities.finish()),
                    in -> new Activities(in.reals("s"), in.reals("f")),
                    true,
                    n -> 2 * n);

    static final Fields<Tasks> TASKS =
            new Fields<>(
                    (tasks, out) ->
                            out.wholes("d", tasks.deadline(), true).reals("w", tasks.weight()),
                    in -> new Tasks(in.wholes("d"), in.reals("w")),
                    true,
                    n -> 2 * n);

    static final Fields<Points> POINTS =
            new Fields<>(
                    (points, out) -> out.reals("x", points.x()).reals("y", points.y()),
                    in -> new Points(in.reals("x"), in.reals("y")),
                    true,
                    n -> 2 * Math.max(4, n));

    /** Returns the fields of a graph with or without weights, with or without a source. */
    static Fields<Graph> graph(boolean source, boolean real) {
        return new Fields<>(
                (graph, out) -> {
                    if (source) {
                        out.index("s", graph.source());
                    }
                    out.matrix("A", graph.weight(), graph.size(), real);
                },
                in -> {
                    int from = source ? in.index("s") : Graph.NOWHERE;
                    double[] weight = in.matrix("A");
                    return new Graph((int) Math.sqrt(weight.length), weight, from);
                },
                real,
                n -> n * n + 1);
    }
}
