/**
 * The commands, a class each, and the arguments that several of them take. What a command does
 * beyond reading its arguments and showing results is done by the runtime. A command is given the
 * {@link org.anira.app.console.Output} that it writes to, and does not know the root.
 */
package org.anira.app.command;
