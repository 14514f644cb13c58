/** Model files: written from a run, and used in place of one. */
package org.anira.runtime.export;
