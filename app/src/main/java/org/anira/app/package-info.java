/**
 * The root of the command line: it reads what was typed, runs the command and shows what went
 * wrong. Results go to standard output, progress and messages to standard error.
 */
package org.anira.app;
