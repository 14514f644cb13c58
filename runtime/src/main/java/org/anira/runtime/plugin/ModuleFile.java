package org.anira.runtime.plugin;

import org.anira.api.PluginException;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.ModuleAttribute;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A jar as a module, read without defining anything of it.
 *
 * @param jar the file
 * @param moduleInfo its {@code module-info.class}, if it has one
 * @param manifestName its {@code Automatic-Module-Name}, if it has one
 */
record ModuleFile(Path jar, Optional<ClassModel> moduleInfo, Optional<String> manifestName) {

    /** Offset between the number of a Java release and the major version of its class files. */
    private static final int CLASS_FILE_OFFSET = 44;

    /**
     * Reads a jar.
     *
     * @throws PluginException PLG-007 if it is missing, empty or no jar; PLG-009 if it was compiled
     *     for a newer Java
     */
    static ModuleFile read(Path jar) {
        try {
            if (Files.size(jar) == 0) {
                throw new PluginException(
                        "PLG-007", "'%s' is empty. Copy or build it again.".formatted(jar));
            }
            try (JarFile file = open(jar)) {
                Optional<byte[]> bytes = entry(file, "module-info.class");
                if (bytes.isPresent()) {
                    checkClassFile(jar, "module-info", bytes.get());
                }
                Manifest manifest = file.getManifest();
                return new ModuleFile(
                        jar,
                        bytes.map(content -> ClassFile.of().parse(content)),
                        Optional.ofNullable(manifest)
                                .map(found ->
                                        found.getMainAttributes()
                                                .getValue("Automatic-Module-Name")));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(jar, e);
        }
    }

    /** Returns the name of the module, unless it follows from the file's name. */
    Optional<String> name() {
        return moduleAttribute()
                .map(module -> module.moduleName().name().stringValue())
                .or(this::manifestName);
    }

    /** Returns what {@code module-info.class} declares. */
    Optional<ModuleAttribute> moduleAttribute() {
        return moduleInfo.flatMap(info -> info.findAttribute(Attributes.module()));
    }

    /** Opens a jar as this JDK sees it: entries for its release hide the base ones. */
    static JarFile open(Path jar) throws IOException {
        return new JarFile(jar.toFile(), false, ZipFile.OPEN_READ, Runtime.version());
    }

    /** Returns the content of an entry. */
    static Optional<byte[]> entry(JarFile jar, String name) throws IOException {
        ZipEntry entry = jar.getEntry(name);
        if (entry == null) {
            return Optional.empty();
        }
        try (InputStream content = jar.getInputStream(entry)) {
            return Optional.of(content.readAllBytes());
        }
    }

    /**
     * Checks that this JDK can read a class file.
     *
     * @throws PluginException PLG-007 if it is no class file, PLG-009 if it is too new
     */
    static void checkClassFile(Path jar, String type, byte[] content) {
        boolean magic =
                content.length >= 8
                        && (content[0] & 0xff) == 0xca
                        && (content[1] & 0xff) == 0xfe
                        && (content[2] & 0xff) == 0xba
                        && (content[3] & 0xff) == 0xbe;
        if (!magic) {
            throw new PluginException(
                    "PLG-007",
                    "'%s' is damaged: its %s.class is no class file.".formatted(jar, type));
        }
        int major = (content[6] & 0xff) << 8 | content[7] & 0xff;
        if (major > ClassFile.latestMajorVersion()) {
            int needed = major - CLASS_FILE_OFFSET;
            int running = Runtime.version().feature();
            throw new PluginException(
                    "PLG-009",
                    ("'%s' was compiled for Java %d, but Java %d is running. Run anira on"
                                    + " Java %d, or use a jar for Java %d.")
                            .formatted(jar, needed, running, needed, running));
        }
    }

    /** Returns the refusal of a jar that cannot be read. */
    static PluginException unreadable(Path jar, Exception cause) {
        return new PluginException(
                "PLG-007",
                Files.exists(jar)
                        ? "'%s' is not a jar that can be read (%s). Copy or build it again."
                                .formatted(jar, cause.getMessage())
                        : "'%s' does not exist.".formatted(jar),
                cause);
    }
}
