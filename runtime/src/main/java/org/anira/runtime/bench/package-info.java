/** Steps whose speed is measured. */
package org.anira.runtime.bench;
