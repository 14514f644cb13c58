/** Output for people and programs: results, messages, and the progress of a training. */
package org.anira.app.console;
