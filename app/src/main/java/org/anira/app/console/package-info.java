/** What people and programs see: results, messages, and how a training stands. */
package org.anira.app.console;
