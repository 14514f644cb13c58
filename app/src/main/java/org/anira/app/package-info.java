/**
 * The command line. One class for each command; what a command does beyond reading its arguments
 * and showing results is done by the runtime. Results go to standard output, progress and messages
 * to standard error.
 */
package org.anira.app;
