/** SHA-256, which identifies files, settings and plug-ins. */
package org.anira.runtime.hash;
