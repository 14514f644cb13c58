package org.anira.runtime.plugin;

import org.anira.api.Names;
import org.anira.api.PluginException;

import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The jars of one plug-in as modules that fit together and into the host.
 *
 * <p>All jars of the folder become modules. A jar without a descriptor whose name is not a legal
 * module name (native libraries are often packed so) cannot be one.
 *
 * @param finder finds the modules
 * @param references the modules by name
 * @param nameless the jars that are no modules
 */
record PluginModules(
        ModuleFinder finder, Map<String, ModuleReference> references, List<Path> nameless) {

    /** Name of the module that a plug-in must share with the host. */
    private static final String API = Names.class.getModule().getName();

    /** How many names a message lists. */
    private static final int LISTED = 8;

    /**
     * Looks for the modules of a plug-in and checks them. None of their code runs.
     *
     * @throws PluginException PLG-006 if a module is missing, PLG-007 if a jar is no module for
     *     another reason than its name or two modules clash
     */
    static PluginModules of(PluginFiles files, PluginDescriptor plugin, ModuleLayer host) {
        Map<String, ModuleReference> references = new LinkedHashMap<>();
        List<ModuleFinder> finders = new ArrayList<>();
        List<Path> nameless = new ArrayList<>();
        for (Path jar : files.jars()) {
            ModuleFinder finder = ModuleFinder.of(jar);
            try {
                for (ModuleReference module : finder.findAll()) {
                    checkAlone(plugin, jar, module, references);
                    references.put(module.descriptor().name(), module);
                }
                finders.add(finder);
            } catch (FindException e) {
                if (ModuleFile.read(jar).descriptor().isPresent()) {
                    throw new PluginException(
                            "PLG-007",
                            "'%s' cannot be used as a module: %s. Build it again."
                                    .formatted(jar, Causes.innermost(e)),
                            e);
                }
                nameless.add(jar);
            }
        }
        PluginModules modules =
                new PluginModules(
                        ModuleFinder.compose(finders.toArray(ModuleFinder[]::new)),
                        references,
                        nameless);
        modules.checkRequires(files, plugin, host);
        modules.checkApart(plugin, host);
        return modules;
    }

    /** Checks that a jar brings neither a module that is there already nor the host's API. */
    private static void checkAlone(
            PluginDescriptor plugin,
            Path jar,
            ModuleReference module,
            Map<String, ModuleReference> others) {
        String name = module.descriptor().name();
        if (name.equals(API)) {
            throw new PluginException(
                    "PLG-007",
                    ("Plugin '%s' brings its own copy of %s: '%s'. Remove that jar; the host"
                                    + " has the module.")
                            .formatted(plugin.id(), API, jar));
        }
        if (others.containsKey(name)) {
            throw new PluginException(
                    "PLG-007",
                    "Plugin '%s' has module '%s' twice: '%s' and '%s'. Remove one."
                            .formatted(plugin.id(), name, file(others.get(name)), jar));
        }
    }

    /** Checks that what every module requires is in the folder or the host. */
    private void checkRequires(PluginFiles files, PluginDescriptor plugin, ModuleLayer host) {
        Set<String> needing = new TreeSet<>();
        Set<String> missing = new TreeSet<>();
        references.forEach((name, module) -> {
            for (ModuleDescriptor.Requires required : module.descriptor().requires()) {
                if (!required.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC)
                        && !references.containsKey(required.name())
                        && host.findModule(required.name()).isEmpty()) {
                    needing.add(name);
                    missing.add(required.name());
                }
            }
        });
        if (!missing.isEmpty()) {
            throw new PluginException(
                    "PLG-006",
                    "Plugin '%s' needs Java module%s %s%s, which is in none of: its folder, the host. %s"
                            .formatted(
                                    plugin.id(),
                                    missing.size() == 1 ? "" : "s",
                                    quoted(missing),
                                    needing.equals(Set.of(plugin.module()))
                                            ? ""
                                            : " (for %s)".formatted(quoted(needing)),
                                    advice(files, plugin, missing)));
        }
    }

    private String advice(PluginFiles files, PluginDescriptor plugin, Set<String> missing) {
        String system =
                missing.stream()
                        .filter(name -> ModuleFinder.ofSystem().find(name).isPresent())
                        .collect(Collectors.joining(","));
        if (!system.isEmpty()) {
            return "The JDK has it: start with --add-modules %s.".formatted(system);
        }
        List<String> others = new ArrayList<>();
        references.forEach((name, module) -> {
            if (!name.equals(plugin.module())) {
                others.add("'%s' with module '%s'".formatted(file(module).getFileName(), name));
            }
        });
        nameless.forEach(jar -> others.add("'%s', no module".formatted(jar.getFileName())));
        return "Put its jar beside the plug-in's, in a folder 'plugins/%s/'.%s"
                .formatted(
                        plugin.id(),
                        others.isEmpty()
                                ? ""
                                : " Beside it in '%s' are now: %s."
                                        .formatted(files.path(), listed(others)));
    }

    /**
     * Checks that no module reads two of one name. A module without a descriptor reads all of the
     * host's, so beside one the folder can hold no other version of a host's module; between
     * modules with descriptors it can.
     */
    private void checkApart(PluginDescriptor plugin, ModuleLayer host) {
        Optional<ModuleReference> automatic =
                references.values().stream()
                        .filter(module -> module.descriptor().isAutomatic())
                        .findFirst();
        Optional<String> shared =
                references.keySet().stream()
                        .filter(name -> host.findModule(name).isPresent())
                        .findFirst();
        if (automatic.isPresent() && shared.isPresent()) {
            throw new PluginException(
                    "PLG-007",
                    ("Plugin '%s' brings module '%s', which the host has too, and '%s' would see"
                         + " both since it has no module descriptor. Use a jar of it that has one,"
                         + " or rename the packages of the first.")
                            .formatted(plugin.id(), shared.get(), file(automatic.get())));
        }
    }

    private static String quoted(Collection<String> names) {
        return listed(names.stream().map(name -> "'" + name + "'").toList());
    }

    /** Returns names in a list that stays readable, however many there are. */
    static String listed(List<String> names) {
        return names.size() <= LISTED
                ? String.join(", ", names)
                : "%s and %d more"
                        .formatted(
                                String.join(", ", names.subList(0, LISTED)), names.size() - LISTED);
    }

    private static Path file(ModuleReference module) {
        return module.location().map(Path::of).orElseThrow();
    }
}
