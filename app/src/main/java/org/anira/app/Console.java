package org.anira.app;

import java.io.PrintWriter;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err progress and messages
 * @param terminal whether {@code err} is a terminal, so that lines may be rewritten
 */
record Console(PrintWriter out, PrintWriter err, boolean terminal) {}
