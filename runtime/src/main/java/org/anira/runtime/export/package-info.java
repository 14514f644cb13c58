/** Models as files: written from a run, and run in place of one. */
package org.anira.runtime.export;
