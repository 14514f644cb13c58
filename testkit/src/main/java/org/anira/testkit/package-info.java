/**
 * Contract tests: all that the interfaces of {@code org.anira.api} promise, tried against a
 * plug-in. An author subclasses one class per kind of plug-in and says what is to be tried.
 */
package org.anira.testkit;
