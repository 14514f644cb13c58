/**
 * The commands, one class each, and the arguments that several of them share. A command reads its
 * arguments and shows results; the runtime does everything else. It is given the {@link
 * org.anira.app.console.Output} to write to, and does not depend on the root command.
 */
package org.anira.app.command;
