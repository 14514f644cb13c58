package org.anira.runtime.plugin;

import org.anira.api.ApiVersion;
import org.anira.api.Names;
import org.anira.api.PluginException;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;

/**
 * Reads a plug-in's descriptor and checks that the plug-in fits this host. No class of the plug-in
 * is defined or run: {@code module-info.class} is read as a file.
 */
final class PluginInspector {

    private PluginInspector() {}

    /**
     * Reads a plug-in's descriptor.
     *
     * @throws PluginException PLG-003, PLG-007, PLG-008 or PLG-009, naming the file and what to do
     */
    static PluginDescriptor describe(PluginFiles files) {
        List<ModuleFile> modules = files.jars().stream().map(ModuleFile::read).toList();
        return describe(files.folder() ? marked(files, modules) : single(modules.getFirst()));
    }

    /**
     * Checks that a plug-in fits this host.
     *
     * @param host the layer that will be the parent of the plug-in's
     * @throws PluginException PLG-002, PLG-003, PLG-006, PLG-007 or PLG-009, naming the file and
     *     what to do
     */
    static void check(PluginDescriptor plugin, PluginFiles files, ModuleLayer host) {
        checkFits(plugin);
        checkProvides(plugin, files);
        PluginModules.of(files, plugin, host);
    }

    /** Returns the module of a plug-in that is one jar. */
    private static ModuleFile single(ModuleFile file) {
        ModuleDescriptor module =
                file.descriptor()
                        .orElseThrow(() ->
                                new PluginException(
                                        "PLG-007",
                                        ("'%s' is not modular: it has no module-info.class. A"
                                             + " plug-in is a modular jar; a library that a plug-in"
                                             + " needs goes beside it into a folder"
                                             + " 'plugins/<name>/'.")
                                                .formatted(file.jar())));
        if (file.mark().isEmpty()) {
            throw new PluginException(
                    "PLG-007",
                    ("Module '%s' in '%s' is not a plug-in: its module-info has no"
                                    + " @AniraPlugin(id = …, api = \"%s\").")
                            .formatted(module.name(), file.jar(), ApiVersion.CURRENT));
        }
        return file;
    }

    /** Returns the one module in a folder that is marked as a plug-in. */
    private static ModuleFile marked(PluginFiles files, List<ModuleFile> modules) {
        List<ModuleFile> marked = modules.stream().filter(file -> file.mark().isPresent()).toList();
        return switch (marked.size()) {
            case 1 -> marked.getFirst();
            case 0 ->
                    throw new PluginException(
                            "PLG-007",
                            "Plug-in folder '%s' holds no plug-in: %s. Put the plug-in's jar there."
                                    .formatted(
                                            files.path(),
                                            modules.isEmpty()
                                                    ? "it has no jar"
                                                    : "no module of %s has @AniraPlugin"
                                                            .formatted(jarNames(modules))));
            default ->
                    throw new PluginException(
                            "PLG-007",
                            ("Plug-in folder '%s' holds %d plug-ins: %s. Give each a folder"
                                            + " of its own.")
                                    .formatted(files.path(), marked.size(), jarNames(marked)));
        };
    }

    private static String jarNames(Collection<ModuleFile> files) {
        return PluginModules.listed(
                files.stream().map(file -> "'" + file.jar().getFileName() + "'").toList());
    }

    private static PluginDescriptor describe(ModuleFile file) {
        ModuleDescriptor module = file.descriptor().orElseThrow();
        PluginMark mark = file.mark().orElseThrow();
        String id = text(file, "id", mark.id());
        if (!Names.isWellFormed(id)) {
            throw new PluginException(
                    "PLG-008",
                    ("Id '%s' of the plug-in in '%s' is not of the form [a-z][a-z0-9-]{0,62}."
                                    + " Change it in @AniraPlugin.")
                            .formatted(Excerpt.of(id), file.jar()));
        }
        Map<Kind<?>, List<String>> provides = new LinkedHashMap<>();
        for (ModuleDescriptor.Provides provided : module.provides()) {
            Kind.ofType(provided.service())
                    .ifPresent(kind -> provides.put(kind, provided.providers()));
        }
        return new PluginDescriptor(
                id,
                module.name(),
                module.rawVersion(),
                api(file, text(file, "api", mark.api())),
                mark.ranking(),
                mark.nativeEngine(),
                provides,
                file.jar());
    }

    private static String text(ModuleFile file, String element, Optional<String> value) {
        return value.orElseThrow(() ->
                new PluginException(
                        "PLG-007",
                        "@AniraPlugin in '%s' has no text '%s'.".formatted(file.jar(), element)));
    }

    private static ApiVersion api(ModuleFile file, String text) {
        try {
            return ApiVersion.parse(text);
        } catch (IllegalArgumentException e) {
            throw new PluginException(
                    "PLG-003",
                    ("Plugin in '%s' was built for API '%s', which is not of the form"
                                    + " MAJOR.MINOR. API %s is running.")
                            .formatted(file.jar(), Excerpt.of(text), ApiVersion.CURRENT),
                    e);
        }
    }

    private static void checkFits(PluginDescriptor plugin) {
        if (!plugin.api().runsOn(ApiVersion.CURRENT)) {
            throw new PluginException(
                    "PLG-003",
                    ("Plugin %s was built for API %s, but API %s is running.%nUse a plugin"
                                    + " for API %d.x up to %s, or %s.")
                            .formatted(
                                    plugin.title(),
                                    plugin.api(),
                                    ApiVersion.CURRENT,
                                    ApiVersion.CURRENT.major(),
                                    ApiVersion.CURRENT,
                                    plugin.api().compareTo(ApiVersion.CURRENT) > 0
                                            ? "a newer anira"
                                            : "an older anira"));
        }
    }

    /**
     * Checks that it provides something, and that the provider classes exist and are not too new.
     */
    private static void checkProvides(PluginDescriptor plugin, PluginFiles files) {
        if (plugin.provides().isEmpty()) {
            throw new PluginException(
                    "PLG-002",
                    ("Plugin %s '%s' provides no task, halting mechanism or backend.%nFound module:"
                                    + " %s. Is 'provides … with …' in its module-info?")
                            .formatted(
                                    files.folder() ? "folder" : "jar",
                                    files.path(),
                                    plugin.version()
                                            .map(version -> plugin.module() + "@" + version)
                                            .orElse(plugin.module())));
        }
        try (JarFile jar = ModuleFile.open(plugin.jar())) {
            for (List<String> classes : plugin.provides().values()) {
                for (String type : classes) {
                    byte[] classFile =
                            ModuleFile.entry(plugin.jar(), jar, type.replace('.', '/') + ".class")
                                    .orElseThrow(() ->
                                            new PluginException(
                                                    "PLG-002",
                                                    ("Plugin %s names the provider %s, but '%s' has"
                                                         + " no such class. Build the jar again.")
                                                            .formatted(
                                                                    plugin.title(),
                                                                    type,
                                                                    plugin.jar())));
                    ModuleFile.checkClassFile(plugin.jar(), type, classFile);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw ModuleFile.unreadable(plugin.jar(), e);
        }
    }
}
