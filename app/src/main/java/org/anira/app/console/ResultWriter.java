package org.anira.app.console;

import java.io.BufferedWriter;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Optional;

/**
 * Writes results without control characters. If writing fails, the first reason is kept and nothing
 * more is written, but the command goes on to its end, to report what else it has done.
 */
public final class ResultWriter extends PrintWriter {

    private final UntilFailure target;
    private final Writer buffered;

    /** Makes one that writes to another writer. */
    public ResultWriter(Writer to) {
        this(new UntilFailure(to));
    }

    private ResultWriter(UntilFailure target) {
        this(target, new BufferedWriter(target));
    }

    private ResultWriter(UntilFailure target, Writer buffered) {
        super(new Escaping(buffered), true);
        this.target = target;
        this.buffered = buffered;
    }

    /**
     * Returns a writer to the same stream that keeps control characters, for anira's own text such
     * as coloured help.
     */
    public PrintWriter own() {
        return new PrintWriter(buffered, true);
    }

    /** Returns why results were lost; empty if everything flushed so far was written. */
    public Optional<IOException> failure() {
        return Optional.ofNullable(target.failure);
    }

    /** Writes until the first failure. */
    private static final class UntilFailure extends FilterWriter {

        private IOException failure;

        UntilFailure(Writer to) {
            super(to);
        }

        /** Something that writes. */
        private interface WriteAction {
            void run() throws IOException;
        }

        private void unlessFailed(WriteAction action) {
            if (failure == null) {
                try {
                    action.run();
                } catch (IOException e) {
                    failure = e;
                }
            }
        }

        @Override
        public void write(int character) {
            unlessFailed(() -> out.write(character));
        }

        @Override
        public void write(char[] characters, int offset, int length) {
            unlessFailed(() -> out.write(characters, offset, length));
        }

        @Override
        public void write(String text, int offset, int length) {
            unlessFailed(() -> out.write(text, offset, length));
        }

        @Override
        public void flush() {
            unlessFailed(out::flush);
        }
    }

    /** Writes control characters in a readable form. */
    private static final class Escaping extends FilterWriter {

        Escaping(Writer to) {
            super(to);
        }

        @Override
        public void write(int character) throws IOException {
            out.write(Console.clear(Character.toString(character)));
        }

        @Override
        public void write(char[] characters, int offset, int length) throws IOException {
            out.write(Console.clear(new String(characters, offset, length)));
        }

        @Override
        public void write(String text, int offset, int length) throws IOException {
            out.write(Console.clear(text.substring(offset, offset + length)));
        }
    }
}
