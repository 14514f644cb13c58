package org.anira.runtime.plugin;

import org.anira.api.PluginException;
import org.anira.runtime.run.DurableFiles;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.module.InvalidModuleDescriptorException;
import java.lang.module.ModuleDescriptor;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A jar as a module, read without defining any class of it. A jar may come from anywhere, so
 * everything read here is read completely and checked, and damage is found early.
 *
 * @param jar the file
 * @param descriptor what its {@code module-info.class} declares, if it has one
 * @param mark the plug-in's annotation there, if it has one
 */
record ModuleFile(Path jar, Optional<ModuleDescriptor> descriptor, Optional<PluginMark> mark) {

    /** Offset between the number of a Java release and the major version of its class files. */
    private static final int CLASS_FILE_OFFSET = 44;

    private static final int CLASS_FILE_HEADER = 8;

    /** More than any descriptor, manifest or provider class takes unpacked. */
    private static final int MOST_BYTES = 8 << 20;

    /**
     * Reads a jar.
     *
     * @throws PluginException PLG-007 if it is missing, no regular file, empty, no jar or damaged;
     *     PLG-009 if it was compiled for a newer Java
     */
    static ModuleFile read(Path jar) {
        try {
            checkFile(jar);
            try (JarFile file = open(jar)) {
                checkMetadata(jar, file);
                Optional<byte[]> moduleInfo = entry(jar, file, "module-info.class");
                moduleInfo.ifPresent(content -> checkClassFile(jar, "module-info", content));
                return new ModuleFile(
                        jar,
                        moduleInfo.map(content -> descriptor(jar, content)),
                        moduleInfo.flatMap(content -> mark(jar, content)));
            }
        } catch (IOException | IllegalArgumentException | OutOfMemoryError e) {
            throw unreadable(jar, e);
        }
    }

    /** Opens a jar as this JDK sees it: entries for its release hide the base ones. */
    static JarFile open(Path jar) throws IOException {
        return new JarFile(jar.toFile(), false, ZipFile.OPEN_READ, Runtime.version());
    }

    /**
     * Returns the content of an entry.
     *
     * @throws PluginException PLG-007 if it is larger than any descriptor, manifest or provider
     *     class
     */
    static Optional<byte[]> entry(Path jar, JarFile file, String name) throws IOException {
        ZipEntry entry = file.getEntry(name);
        return entry == null ? Optional.empty() : Optional.of(content(jar, file, entry));
    }

    private static byte[] content(Path jar, JarFile file, ZipEntry entry) throws IOException {
        // The sizes that a jar states may be wrong.
        try (InputStream content = file.getInputStream(entry)) {
            byte[] bytes = content.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new PluginException(
                        "PLG-007",
                        "'%s' is damaged: its %s unpacks to more than %d MiB."
                                .formatted(jar, entry.getName(), MOST_BYTES >> 20));
            }
            return bytes;
        }
    }

    private static void checkFile(Path jar) throws IOException {
        if (!named(jar)) {
            throw new PluginException(
                    "PLG-007",
                    ("'%s' has a name that the encoding of this process cannot write. Rename it, or"
                                    + " choose a UTF-8 locale, such as LANG=C.UTF-8.")
                            .formatted(jar));
        }
        if (!Files.isRegularFile(jar)) {
            throw new PluginException(
                    "PLG-007",
                    "'%s' %s."
                            .formatted(
                                    jar,
                                    Files.exists(jar)
                                            ? "is no regular file. Put a jar in its place, or"
                                                    + " remove it"
                                            : PluginFiles.absence(jar)));
        }
        if (Files.size(jar) == 0) {
            throw new PluginException(
                    "PLG-007", "'%s' is empty. Copy or build it again.".formatted(jar));
        }
        if (!jar.getFileName().toString().endsWith(".jar")) {
            throw new PluginException(
                    "PLG-007",
                    "'%s' does not end in '.jar' in small letters, as jars of modules do. Rename it."
                            .formatted(jar));
        }
    }

    /** Returns whether the path survives conversion to text, as which the JDK opens jars. */
    private static boolean named(Path jar) {
        try {
            return jar.equals(Path.of(jar.toString()));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * Checks the entries that the JDK reads completely when it opens a jar or looks for modules in
     * it: the manifest and the lists of services.
     */
    private static void checkMetadata(Path jar, JarFile file) throws IOException {
        Enumeration<JarEntry> entries = file.entries();
        while (entries.hasMoreElements()) {
            JarEntry entry = entries.nextElement();
            String name = entry.getName().toUpperCase(Locale.ROOT);
            if (name.equals(JarFile.MANIFEST_NAME) || name.startsWith("META-INF/SERVICES/")) {
                content(jar, file, entry);
            }
        }
    }

    private static ModuleDescriptor descriptor(Path jar, byte[] moduleInfo) {
        try {
            return ModuleDescriptor.read(ByteBuffer.wrap(moduleInfo));
        } catch (InvalidModuleDescriptorException e) {
            throw damaged(jar, e);
        }
    }

    private static Optional<PluginMark> mark(Path jar, byte[] moduleInfo) {
        try {
            return PluginMark.read(moduleInfo);
        } catch (RuntimeException | StackOverflowError e) {
            // The class-file reader has no exception type of its own for a file that is none.
            throw damaged(jar, e);
        }
    }

    private static PluginException damaged(Path jar, Throwable cause) {
        return new PluginException(
                "PLG-007",
                "'%s' is damaged: its module-info.class cannot be read (%s). Copy or build it again."
                        .formatted(jar, Causes.innermost(cause)),
                cause);
    }

    /**
     * Checks that this JDK can read a class file.
     *
     * @throws PluginException PLG-007 if it is no class file, PLG-009 if it is too new
     */
    static void checkClassFile(Path jar, String type, byte[] content) {
        boolean magic =
                content.length >= CLASS_FILE_HEADER
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
    static PluginException unreadable(Path jar, Throwable cause) {
        return new PluginException(
                "PLG-007",
                Files.exists(jar)
                        ? "'%s' is not a jar that can be read (%s). Copy or build it again."
                                .formatted(
                                        jar,
                                        cause instanceof IOException e
                                                ? DurableFiles.reason(e)
                                                : Causes.of(cause))
                        : "'%s' %s.".formatted(jar, PluginFiles.absence(jar)),
                cause);
    }
}
