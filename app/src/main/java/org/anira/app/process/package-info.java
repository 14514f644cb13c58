/**
 * The process and its environment: anira's folders, command-line arguments, signals, exit codes,
 * and child processes.
 */
package org.anira.app.process;
