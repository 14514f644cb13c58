package org.anira.runtime.plugin;

import org.anira.api.AniraPlugin;
import org.anira.api.ApiVersion;
import org.anira.api.Names;
import org.anira.api.PluginException;

import java.io.IOException;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.classfile.attribute.ModuleRequireInfo;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/**
 * Reads a plug-in's descriptor and checks that the plug-in fits this host. Nothing of the plug-in
 * is defined or run: {@code module-info.class} is read as a file.
 */
final class PluginInspector {

    private static final ClassDesc MARK = AniraPlugin.class.describeConstable().orElseThrow();

    private final ModuleLayer host;

    /**
     * Makes one.
     *
     * @param host the layer that will be the parent of every plug-in's
     */
    PluginInspector(ModuleLayer host) {
        this.host = host;
    }

    /**
     * Returns the descriptor of a plug-in that passes all checks.
     *
     * @throws PluginException PLG-002, PLG-003 or PLG-006 to PLG-009, naming the file and what to
     *     do
     */
    PluginDescriptor inspect(PluginFiles files) {
        List<ModuleFile> modules = files.jars().stream().map(ModuleFile::read).toList();
        ModuleFile plugin = files.folder() ? marked(files, modules) : single(modules.getFirst());
        PluginDescriptor descriptor = describe(plugin);
        checkFits(descriptor);
        checkProvides(descriptor, files);
        checkRequires(descriptor, modules);
        return descriptor;
    }

    /** Returns the module of a plug-in that is one jar. */
    private static ModuleFile single(ModuleFile file) {
        ClassModel moduleInfo =
                file.moduleInfo()
                        .orElseThrow(() ->
                                new PluginException(
                                        "PLG-007",
                                        ("'%s' is not modular: it has no module-info.class. A"
                                             + " plug-in is a modular jar; a library that a plug-in"
                                             + " needs goes beside it into a folder"
                                             + " 'plugins/<name>/'.")
                                                .formatted(file.jar())));
        if (mark(moduleInfo).isEmpty()) {
            throw new PluginException(
                    "PLG-007",
                    ("Module '%s' in '%s' is not a plug-in: its module-info has no"
                                    + " @AniraPlugin(id = …, api = \"%s\").")
                            .formatted(file.name().orElseThrow(), file.jar(), ApiVersion.CURRENT));
        }
        return file;
    }

    /** Returns the one module in a folder that is marked as a plug-in. */
    private static ModuleFile marked(PluginFiles files, List<ModuleFile> modules) {
        List<ModuleFile> marked =
                modules.stream()
                        .filter(file ->
                                file.moduleInfo().flatMap(PluginInspector::mark).isPresent())
                        .toList();
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
        return files.stream()
                .map(file -> "'" + file.jar().getFileName() + "'")
                .collect(Collectors.joining(", "));
    }

    private static Optional<Map<String, AnnotationValue>> mark(ClassModel moduleInfo) {
        return moduleInfo.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(attribute -> attribute.annotations().stream())
                .filter(annotation -> annotation.classSymbol().equals(MARK))
                .map(annotation ->
                        annotation.elements().stream()
                                .collect(
                                        Collectors.toMap(
                                                element -> element.name().stringValue(),
                                                AnnotationElement::value)))
                .findFirst();
    }

    private static PluginDescriptor describe(ModuleFile file) {
        Map<String, AnnotationValue> mark =
                file.moduleInfo().flatMap(PluginInspector::mark).orElseThrow();
        ModuleAttribute module = file.moduleAttribute().orElseThrow();
        SequencedSet<String> requires = new LinkedHashSet<>();
        for (ModuleRequireInfo required : module.requires()) {
            if (!required.has(AccessFlag.STATIC_PHASE)) {
                requires.add(required.requires().name().stringValue());
            }
        }
        Map<Kind<?>, List<String>> provides = new LinkedHashMap<>();
        module.provides()
                .forEach(provided ->
                        Kind.ofType(className(provided.provides().asInternalName()))
                                .ifPresent(kind ->
                                        provides.put(
                                                kind,
                                                provided.providesWith().stream()
                                                        .map(type ->
                                                                className(type.asInternalName()))
                                                        .toList())));
        String id = text(file, mark, "id");
        if (!Names.isWellFormed(id)) {
            throw new PluginException(
                    "PLG-008",
                    ("Id '%s' of the plug-in in '%s' is not of the form [a-z][a-z0-9-]{0,62}."
                                    + " Change it in @AniraPlugin.")
                            .formatted(id, file.jar()));
        }
        return new PluginDescriptor(
                id,
                module.moduleName().name().stringValue(),
                module.moduleVersion().map(version -> version.stringValue()),
                api(file, text(file, mark, "api")),
                mark.get("ranking") instanceof AnnotationValue.OfInt ranking
                        ? ranking.intValue()
                        : 0,
                mark.get("nativeEngine") instanceof AnnotationValue.OfBoolean flag
                        && flag.booleanValue(),
                requires,
                provides,
                file.jar());
    }

    private static String className(String internalName) {
        return internalName.replace('/', '.');
    }

    private static String text(ModuleFile file, Map<String, AnnotationValue> mark, String element) {
        if (mark.get(element) instanceof AnnotationValue.OfString value) {
            return value.stringValue();
        }
        throw new PluginException(
                "PLG-007", "@AniraPlugin in '%s' has no text '%s'.".formatted(file.jar(), element));
    }

    private static ApiVersion api(ModuleFile file, String text) {
        try {
            return ApiVersion.parse(text);
        } catch (IllegalArgumentException e) {
            throw new PluginException(
                    "PLG-003",
                    ("Plugin in '%s' was built for API '%s', which is not of the form"
                                    + " MAJOR.MINOR. API %s is running.")
                            .formatted(file.jar(), text, ApiVersion.CURRENT),
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

    /** Checks that there is something provided and that its classes are there and not too new. */
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
                            ModuleFile.entry(jar, type.replace('.', '/') + ".class")
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
        } catch (IOException e) {
            throw ModuleFile.unreadable(plugin.jar(), e);
        }
    }

    /**
     * Checks that what the plug-in's module requires is in its folder or the host. What its
     * dependencies require in turn, and jars that are named by their file name, are left to {@link
     * PluginLayer}, which has to read them whole.
     */
    private void checkRequires(PluginDescriptor plugin, List<ModuleFile> modules) {
        boolean allNamed = modules.stream().allMatch(file -> file.name().isPresent());
        SequencedSet<String> missing = new LinkedHashSet<>(plugin.requires());
        missing.removeIf(name -> host.findModule(name).isPresent());
        modules.forEach(file -> file.name().ifPresent(missing::remove));
        if (allNamed && !missing.isEmpty()) {
            throw missing(plugin, plugin.module(), missing);
        }
    }

    /** Returns the refusal of a plug-in for which modules are missing. */
    static PluginException missing(
            PluginDescriptor plugin, String needing, Collection<String> modules) {
        List<String> names = new ArrayList<>(new TreeSet<>(modules));
        String quoted =
                names.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        String system =
                names.stream()
                        .filter(name ->
                                java.lang.module.ModuleFinder.ofSystem().find(name).isPresent())
                        .collect(Collectors.joining(","));
        return new PluginException(
                "PLG-006",
                "Plugin '%s' needs Java module%s %s%s, which is in none of: its folder, the host.%s"
                        .formatted(
                                plugin.id(),
                                names.size() == 1 ? "" : "s",
                                quoted,
                                needing.equals(plugin.module()) ? "" : " (for '" + needing + "')",
                                system.isEmpty()
                                        ? " Put its jar beside the plug-in's, in a folder 'plugins/%s/'."
                                                .formatted(plugin.id())
                                        : " The JDK has it: start with --add-modules "
                                                + system
                                                + "."));
    }
}
