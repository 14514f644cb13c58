package org.anira.task.clrstext;

import org.anira.task.clrstext.Input.Keys;

/** How a state or a result is written. */
enum Layout {
    /** The keys in the order that the cells tell: {@code [0.1 0.5]}. */
    KEYS {
        @Override
        void write(int[] cells, Input input, Numbers numbers, Text text) {
            double[] key = ((Keys) input).key();
            text.append('[');
            for (int i = 0; i < cells.length; i++) {
                if (i > 0) {
                    text.append(' ');
                }
                numbers.write(key[cells[i]], text);
            }
            text.append(']');
        }
    },
    /** All cells: {@code [0 1]}. */
    VECTOR {
        @Override
        void write(int[] cells, Input input, Numbers numbers, Text text) {
            vector(cells, 0, cells.length, text);
        }
    },
    /** All cells but the last, and that one: {@code [0 1], 0}. */
    VECTOR_AND_INDEX {
        @Override
        void write(int[] cells, Input input, Numbers numbers, Text text) {
            vector(cells, 0, cells.length - 1, text);
            text.append(", ").append(cells[cells.length - 1]);
        }
    },
    /** Rows of a square: {@code [[0 1], [1 0]]}. */
    MATRIX {
        @Override
        void write(int[] cells, Input input, Numbers numbers, Text text) {
            int side = (int) Math.sqrt(cells.length);
            text.append('[');
            for (int row = 0; row < side; row++) {
                if (row > 0) {
                    text.append(", ");
                }
                vector(cells, row * side, (row + 1) * side, text);
            }
            text.append(']');
        }
    },
    /** The first cell: {@code 3}. */
    INDEX {
        @Override
        void write(int[] cells, Input input, Numbers numbers, Text text) {
            text.append(cells[0]);
        }
    },
    /** Two cells: {@code 0, 3}. */
    INDICES {
        @Override
        void write(int[] cells, Input input, Numbers numbers, Text text) {
            text.append(cells[0]).append(", ").append(cells[1]);
        }
    },
    /** Two cells: {@code (0, 3)}. */
    PAIR {
        @Override
        void write(int[] cells, Input input, Numbers numbers, Text text) {
            text.append('(');
            INDICES.write(cells, input, numbers, text);
            text.append(')');
        }
    };

    abstract void write(int[] cells, Input input, Numbers numbers, Text text);

    private static void vector(int[] cells, int from, int to, Text text) {
        text.append('[');
        for (int i = from; i < to; i++) {
            if (i > from) {
                text.append(' ');
            }
            text.append(cells[i]);
        }
        text.append(']');
    }
}
