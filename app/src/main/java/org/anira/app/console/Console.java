package org.anira.app.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The streams that a command writes to.
 *
 * @param out results
 * @param err progress and messages; those that cannot be written are lost
 * @param terminal whether {@code err} is a terminal, so that lines may be rewritten
 * @param pipe whether {@code out} is a pipe, whose reader may close it
 */
public record Console(ResultWriter out, PrintWriter err, boolean terminal, boolean pipe) {

    /** The bits of a file's mode that hold its type, and two types. */
    private static final int KIND = 0170000;

    private static final int FIFO = 0010000;
    private static final int SOCKET = 0140000;

    /** Control characters, except line breaks, also at the end of a piece, and tabs. */
    private static final Pattern CONTROL = Pattern.compile("(?!\\r(?:\n|\\z))[\\p{Cc}&&[^\n\t]]");

    /**
     * Returns the console of this process. Standard output of plug-ins is redirected to the
     * messages.
     */
    public static Console ofProcess() {
        PrintStream others =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.err) {
                            @Override
                            public void close() {
                                // The stream belongs to the process, so it is not closed here.
                            }
                        },
                        true,
                        charset("stderr.encoding"));
        System.setOut(others);
        System.setErr(others);
        return new Console(
                new ResultWriter(writer(FileDescriptor.out, "stdout.encoding")),
                new PrintWriter(writer(FileDescriptor.err, "stderr.encoding"), true),
                // Java itself cannot find out; the launcher does.
                Boolean.getBoolean("anira.terminal"),
                isPipe(Path.of("/dev/fd/1")));
    }

    private static Writer writer(FileDescriptor descriptor, String encoding) {
        return new OutputStreamWriter(new FileOutputStream(descriptor), charset(encoding));
    }

    /**
     * Returns a text that is safe on a terminal: text of plug-ins and files may contain control
     * characters.
     */
    public static String clear(String text) {
        return CONTROL.matcher(text)
                .replaceAll(found -> "\\\\u%04x".formatted((int) found.group().charAt(0)));
    }

    /**
     * Returns whether a stream is a pipe. The system's message for a closed pipe depends on the
     * locale, so it is not used.
     */
    private static boolean isPipe(Path stream) {
        try {
            int kind = (int) Files.getAttribute(stream, "unix:mode") & KIND;
            return kind == FIFO || kind == SOCKET;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return false; // closed, or a system without such streams
        }
    }

    /**
     * Returns the encoding of a stream: UTF-8, on Windows that of the system property.
     *
     * @param property the system property of Java for the stream, such as {@code stdout.encoding}
     */
    public static Charset charset(String property) {
        return System.getProperty("os.name").startsWith("Windows")
                ? Charset.forName(System.getProperty(property), Charset.defaultCharset())
                : UTF_8;
    }
}
