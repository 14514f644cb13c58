/**
 * The settings of an experiment: their names, defaults and ranges, and how they are read and
 * written.
 */
package org.anira.runtime.config;
