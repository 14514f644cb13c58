/**
 * The plug-in platform: it finds and checks plug-ins, gives each a module layer of its own, and
 * looks up providers by kind and name.
 *
 * <p>A plug-in is a modular jar {@code plugins/x.jar}, or a folder {@code plugins/<name>/} with
 * that jar and the jars it alone depends on. Its module carries {@link org.anira.api.AniraPlugin}
 * and provides at least one {@link org.anira.runtime.plugin.Kind kind} of service. Built-in and
 * foreign plug-ins are loaded the same way.
 *
 * <pre>
 *   file found          layer made         providers made
 *  ───────────▶ INSTALLED ──────▶ RESOLVED ──────▶ ACTIVE ◀─────┐
 *       │           │                 │             │  │ stop   │ start
 *       │ checks    │                 │ cannot be   │  ▼        │
 *       ▼           │                 ▼ linked      │ STOPPED ──┘
 *     FAILED ◀──────┼───────────── FAILED ◀─────────┘    │
 *       │           │                                    │
 *       └───────────┴──────── uninstall ─────────────────┴─────▶ UNINSTALLED
 * </pre>
 *
 * <ul>
 *   <li><b>INSTALLED</b>: its descriptor is read and fits this host; none of its code has run.
 *   <li><b>RESOLVED</b>: it has its layer and its class loader.
 *   <li><b>ACTIVE</b>: its providers exist and are found by kind and name. A plug-in becomes active
 *       when a kind that it provides is first asked for.
 *   <li><b>FAILED</b>: it cannot be used; the reason is kept and shown. A failed plug-in does not
 *       affect others.
 * </ul>
 *
 * <p>A plug-in with a native engine is never stopped once it has a layer, since a native library
 * can be loaded once per process; {@link org.anira.runtime.plugin.NativeEngines} holds its layer
 * for good.
 */
package org.anira.runtime.plugin;
