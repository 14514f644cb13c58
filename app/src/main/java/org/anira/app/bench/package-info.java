/** Speed: what is measured, in which process, beside which peer, and what was found. */
package org.anira.app.bench;
