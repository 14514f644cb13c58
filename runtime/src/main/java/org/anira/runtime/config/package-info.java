/**
 * What an experiment is: its settings, with names, defaults and ranges, and their reading and
 * writing.
 */
package org.anira.runtime.config;
