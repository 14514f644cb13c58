/** The experiments that come with anira. */
package org.anira.app.preset;
