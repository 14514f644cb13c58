import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Writes the classes of a folder's jars in the form of Java 8, where theirs is one of before Java
 * 6: {@code StackMaps <folder>}. Their code stays as it is. What is added are stack maps, without
 * which the JDK takes longer to verify a class and keeps none in its start-up cache. The manifest
 * of such a jar says so.
 */
final class StackMaps {

    private static final Attributes.Name NOTE = new Attributes.Name("Anira-Changed");

    private final Map<String, byte[]> content;
    private final ClassFile classes =
            ClassFile.of(
                    StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(
                            ClassHierarchyResolver.ofResourceParsing(this::find)
                                    .orElse(ClassHierarchyResolver.defaultResolver())));

    private StackMaps(Map<String, byte[]> content) {
        this.content = content;
    }

    public static void main(String[] arguments) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        for (Path jar : jars) {
            Map<String, byte[]> content = read(jar);
            if (content.entrySet().stream().anyMatch(StackMaps::isOld)) {
                new StackMaps(content).write(jar);
            }
        }
    }

    private static Map<String, byte[]> read(Path jar) throws IOException {
        Map<String, byte[]> content = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(jar))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                content.put(entry.getName(), in.readAllBytes());
            }
        }
        return content;
    }

    /** Whether it is a class of before Java 6: the major version is in bytes 6 and 7. */
    private static boolean isOld(Map.Entry<String, byte[]> entry) {
        byte[] bytes = entry.getValue();
        return entry.getKey().endsWith(".class")
                && ((bytes[6] & 0xff) << 8 | bytes[7] & 0xff) < ClassFile.JAVA_6_VERSION;
    }

    private void write(Path jar) throws IOException {
        Path made = jar.resolveSibling(jar.getFileName() + ".new");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(made))) {
            for (Map.Entry<String, byte[]> entry : content.entrySet()) {
                // One time, so that every build makes the same jar.
                ZipEntry copy = new ZipEntry(entry.getKey());
                copy.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
                out.putNextEntry(copy);
                out.write(
                        isOld(entry)
                                ? modern(entry.getValue())
                                : entry.getKey().equals(JarFile.MANIFEST_NAME)
                                        ? noted(entry.getValue())
                                        : entry.getValue());
                out.closeEntry();
            }
        }
        Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private byte[] modern(byte[] old) {
        ClassTransform version =
                (builder, element) -> {
                    if (element instanceof ClassFileVersion) {
                        builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    } else {
                        builder.with(element);
                    }
                };
        // Code that passes through a transformation is written anew, with its stack map.
        byte[] modern =
                classes.transformClass(
                        classes.parse(old),
                        version.andThen(
                                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
        List<VerifyError> errors = classes.verify(modern);
        if (!errors.isEmpty()) {
            throw errors.getFirst();
        }
        return modern;
    }

    private static byte[] noted(byte[] old) throws IOException {
        Manifest manifest = new Manifest(new ByteArrayInputStream(old));
        manifest.getMainAttributes()
                .put(NOTE, "classes written in the form of Java 8, with stack maps");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        manifest.write(bytes);
        return bytes.toByteArray();
    }

    private InputStream find(ClassDesc type) {
        String name = type.descriptorString();
        byte[] found = content.get(name.substring(1, name.length() - 1) + ".class");
        return found == null ? null : new ByteArrayInputStream(found);
    }
}
