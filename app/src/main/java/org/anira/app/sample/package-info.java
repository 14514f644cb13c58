/** Samples of tasks: which are asked for, how they are counted and shown. */
package org.anira.app.sample;
