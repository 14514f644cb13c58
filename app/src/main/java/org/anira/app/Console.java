package org.anira.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.stream.Stream;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err progress and messages
 * @param terminal whether {@code err} is a terminal, so that lines may be rewritten
 */
record Console(PrintWriter out, PrintWriter err, boolean terminal) {

    /**
     * Returns how a stream is written: as Java says, but UTF-8 where the environment names no
     * locale, which to Java is US-ASCII.
     *
     * @param property the system property of Java for the stream, such as {@code stdout.encoding}
     */
    static Charset charset(String property) {
        boolean unix = !System.getProperty("os.name").startsWith("Windows");
        boolean silent =
                Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                        .map(variable -> System.getenv().getOrDefault(variable, ""))
                        .allMatch(String::isEmpty);
        return unix && silent
                ? UTF_8
                : Charset.forName(System.getProperty(property), Charset.defaultCharset());
    }
}
