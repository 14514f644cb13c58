/**
 * The process and its place in the system: where anira lies, what it was started with, signals,
 * exit codes, and other processes of anira.
 */
package org.anira.app.process;
