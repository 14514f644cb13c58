/**
 * Plug-ins as small as can be, each with its contract: what authors write, and from what the wrong
 * plug-ins of the kit's own tests are made.
 */
package org.anira.testkit.example;
