/** Model steps for measuring speed. */
package org.anira.runtime.bench;
