/** Comparison of runs: tables, figures and a report, made from run folders alone. */
package org.anira.runtime.report;
