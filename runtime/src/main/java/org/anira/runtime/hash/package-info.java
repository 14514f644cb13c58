/** SHA-256, by which files, settings and plug-ins are told apart. */
package org.anira.runtime.hash;
