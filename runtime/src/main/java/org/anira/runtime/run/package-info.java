/**
 * The files of a run: its folder, status, checkpoints, metrics, events, evaluations and provenance.
 * Later commands read only these files. There are no tensors and no training here: plain arrays and
 * maps go in and out.
 *
 * <p>Errors are {@link org.anira.api.DataException}s: RUN-001 a folder that exists, RUN-003 one
 * that is missing or no run folder, RUN-004 contents that are damaged, RUN-005 what cannot be
 * written, RUN-006 a run that another process is writing. A file appears under its name only when
 * it is complete; lines are appended whole.
 */
package org.anira.runtime.run;
