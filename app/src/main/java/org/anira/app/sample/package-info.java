/** Samples of tasks: how they are selected, counted and shown. */
package org.anira.app.sample;
