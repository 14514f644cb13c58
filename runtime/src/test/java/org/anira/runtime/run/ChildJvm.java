package org.anira.runtime.run;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.anira.api.AniraException;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.json.JsonMapper;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts a class of this folder in a process of its own, to be killed or put under limits. */
final class ChildJvm {

    private ChildJvm() {}

    /** Returns the command line that runs a class with arguments. */
    static List<String> command(Class<?> main, Object... arguments) {
        String classPath =
                Stream.of(
                                main,
                                RunFolder.class,
                                AniraException.class,
                                JsonMapper.class,
                                JsonParser.class,
                                JsonProperty.class)
                        .map(ChildJvm::location)
                        .distinct()
                        .collect(Collectors.joining(File.pathSeparator));
        return Stream.concat(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xshare:auto",
                                "-XX:-UsePerfData",
                                "-classpath",
                                classPath,
                                main.getName()),
                        Stream.of(arguments).map(Object::toString))
                .toList();
    }

    private static String location(Class<?> type) {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .getPath();
    }
}
