package org.anira.task.lano;

import org.anira.api.Settings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a grammar from its text: a line {@code terminals: a b c}, which also orders the terminals,
 * and a line {@code X -> Y Z | Z Y} for each nonterminal, that of the root first. Names have no
 * spaces; {@code #} begins a comment. Nonterminals that the root does not lead to are left out.
 */
final class GrammarReader {

    /** Most symbols of a sentence. */
    static final int LONGEST = 100_000;

    /** Most levels of rules. */
    static final int DEEPEST = 100;

    private static final int LONGEST_RULE = 1000;
    private static final int LONGEST_NAME = 100;

    /** Most symbols times symbols of a sentence, which the memory of a parse grows with. */
    private static final long LARGEST = 20_000_000;

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private static final Set<String> TAKEN = Set.of("PAD", "BOS", "EOS");

    /** What is wrong with a text. */
    static final class GrammarException extends Exception {
        private static final long serialVersionUID = 1L;

        GrammarException(String message) {
            super(message);
        }
    }

    private final Set<String> terminals = new LinkedHashSet<>();
    private final Map<String, List<List<String>>> rules = new LinkedHashMap<>();
    private final Map<String, Integer> levels = new LinkedHashMap<>();

    private GrammarReader() {}

    /**
     * Reads a grammar.
     *
     * @throws GrammarException with the line, if it is about one, and what is wrong, without a
     *     final period
     */
    static Grammar read(String name, List<String> lines) throws GrammarException {
        GrammarReader reader = new GrammarReader();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip();
            try {
                reader.line(line);
            } catch (GrammarException problem) {
                throw new GrammarException("line %d: %s".formatted(i + 1, problem.getMessage()));
            }
        }
        return reader.grammar(name);
    }

    private static void require(boolean condition, String problem, Object... arguments)
            throws GrammarException {
        if (!condition) {
            throw new GrammarException(problem.formatted(arguments));
        }
    }

    private void line(String line) throws GrammarException {
        if (line.isEmpty()) {
            return;
        }
        if (line.startsWith("terminals:")) {
            require(terminals.isEmpty(), "terminals are listed twice");
            for (String terminal : names(line.substring("terminals:".length()))) {
                require(!TAKEN.contains(terminal), "'%s' is a token of every task", terminal);
                require(terminals.add(terminal), "terminal '%s' is listed twice", terminal);
            }
            require(!terminals.isEmpty(), "no terminals are listed");
            return;
        }
        String[] sides = line.split("->", -1);
        require(sides.length == 2, "expected 'X -> Y Z | …' or 'terminals: …'");
        List<String> left = names(sides[0]);
        require(left.size() == 1, "one symbol stands before '->', here are %d", left.size());
        String symbol = left.getFirst();
        Set<List<String>> own = new LinkedHashSet<>();
        for (String right : sides[1].split("\\|", -1)) {
            List<String> rule = names(right);
            require(!rule.isEmpty(), "a rule of '%s' is empty", symbol);
            require(
                    rule.size() <= LONGEST_RULE,
                    "a rule of '%s' has %d symbols, more than %d",
                    symbol,
                    rule.size(),
                    LONGEST_RULE);
            require(
                    own.add(rule),
                    "'%s' has the rule %s twice",
                    symbol,
                    Settings.shown(right.strip()));
        }
        require(
                rules.put(symbol, List.copyOf(own)) == null,
                "'%s' has a line already; join them with '|'",
                symbol);
    }

    private static List<String> names(String text) throws GrammarException {
        List<String> names = text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
        for (String name : names) {
            require(
                    name.length() <= LONGEST_NAME,
                    "a symbol has %d characters, more than %d",
                    name.length(),
                    LONGEST_NAME);
            require(
                    !CONTROL.matcher(name).find(),
                    "the symbol %s has a control character",
                    Settings.shown(name));
        }
        return names;
    }

    private Grammar grammar(String name) throws GrammarException {
        require(!terminals.isEmpty(), "there is no line 'terminals: …'");
        require(!rules.isEmpty(), "there are no rules");
        for (String symbol : rules.keySet()) {
            require(!terminals.contains(symbol), "terminal '%s' has rules", symbol);
        }
        String root = rules.keySet().iterator().next();
        visit(root, new ArrayList<>(), new HashSet<>());
        int depth = layer(root);

        List<String> symbols = new ArrayList<>();
        for (int level = 0; level < depth; level++) {
            for (String symbol : rules.keySet()) {
                if (levels.getOrDefault(symbol, -1) == level) {
                    symbols.add(symbol);
                }
            }
        }
        int nonterminals = symbols.size();
        symbols.addAll(terminals);
        Map<String, Integer> numbers = new HashMap<>();
        symbols.forEach(symbol -> numbers.put(symbol, numbers.size()));
        int[][][] numbered = new int[nonterminals][][];
        for (int x = 0; x < nonterminals; x++) {
            numbered[x] =
                    rules.get(symbols.get(x)).stream()
                            .map(rule -> rule.stream().mapToInt(numbers::get).toArray())
                            .toArray(int[][]::new);
        }
        Grammar grammar;
        try {
            grammar = new Grammar(name, symbols, depth, numbered);
        } catch (ArithmeticException tooLong) {
            throw new GrammarException("a sentence may have more than 2 000 000 000 symbols");
        }
        require(
                grammar.longest() <= LONGEST,
                "a sentence may have %d symbols, more than %d",
                grammar.longest(),
                LONGEST);
        require(
                (long) grammar.size() * grammar.longest() <= LARGEST,
                "it has %d symbols, and a sentence may have %d; their product is more than %d",
                grammar.size(),
                grammar.longest(),
                LARGEST);
        return grammar;
    }

    /** Fails if a symbol has no rules, leads back to itself, or stands too deep. */
    private void visit(String symbol, List<String> path, Set<String> done) throws GrammarException {
        if (done.contains(symbol) || terminals.contains(symbol)) {
            return;
        }
        int before = path.indexOf(symbol);
        path.add(symbol);
        require(
                before < 0,
                "it need not terminate, and is not layered: '%s' leads back to itself, %s",
                symbol,
                before < 0
                        ? ""
                        : Settings.shown(String.join(" -> ", path.subList(before, path.size()))));
        require(path.size() <= DEEPEST, "its rules are more than %d levels deep", DEEPEST);
        require(
                rules.containsKey(symbol),
                "it cannot terminate: '%s' has no rules and is no terminal",
                symbol);
        for (List<String> rule : rules.get(symbol)) {
            for (String next : rule) {
                visit(next, path, done);
            }
        }
        path.removeLast();
        done.add(symbol);
    }

    /** Gives each symbol its level. @return that of the terminals */
    private int layer(String root) throws GrammarException {
        levels.put(root, 0);
        Set<String> current = new LinkedHashSet<>(Set.of(root));
        int level = 0;
        while (!terminals.containsAll(current)) {
            level++;
            Set<String> next = new LinkedHashSet<>();
            for (String symbol : current) {
                require(
                        rules.containsKey(symbol),
                        "it is not layered: terminal '%s' and nonterminals are at level %d",
                        symbol,
                        level - 1);
                rules.get(symbol).forEach(rule -> rule.forEach(next::add));
            }
            for (String symbol : next) {
                Integer other = levels.put(symbol, level);
                require(
                        other == null,
                        "it is not layered: '%s' is at level %s and at level %d; all rules of one"
                                + " level lead to the next",
                        symbol,
                        other,
                        level);
            }
            current = next;
        }
        return level;
    }

    /** Reads a text. */
    static Grammar read(String name, String text) throws GrammarException {
        return read(name, Arrays.asList(text.replaceFirst("^\ufeff", "").split("\\R")));
    }
}
