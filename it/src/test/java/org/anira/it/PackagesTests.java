package org.anira.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;

/** The packages inside the application and the runtime, read from the packaged jars. */
class PackagesTests {

    /** More types than these are more than one idea. */
    private static final int MOST_TYPES = 25;

    private static final JavaClasses APP = classes("anira-app-");
    private static final JavaClasses RUNTIME = classes("anira-runtime-");

    private static JavaClasses classes(String prefix) {
        Path jar =
                Distribution.jars(Distribution.LIBRARIES).stream()
                        .filter(each -> each.getFileName().toString().startsWith(prefix))
                        .findFirst()
                        .orElseThrow();
        try (JarFile file = new JarFile(jar.toFile())) {
            JavaClasses classes = new ClassFileImporter().importJar(file);
            assertFalse(classes.isEmpty(), jar + " has no classes that can be read");
            return classes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void noPackageOfTheApplicationHasTooManyTypes() {
        Map<String, Long> types =
                APP.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .filter(type -> !type.getSimpleName().equals("package-info"))
                        .collect(
                                Collectors.groupingBy(
                                        JavaClass::getPackageName,
                                        TreeMap::new,
                                        Collectors.counting()));
        types.values().removeIf(count -> count <= MOST_TYPES);
        assertEquals(Map.of(), types);
    }

    @Test
    void thePackagesOfTheApplicationDependInOneDirection() {
        slices().matching("org.anira.(**)").should().beFreeOfCycles().check(APP);
    }

    @Test
    void onlyTheRootOfTheApplicationKnowsTheRoot() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.anira.app")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.anira.app")
                .check(APP);
    }

    @Test
    void nothingElseInTheRuntimeKnowsThePackageOfExperiments() {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.anira.runtime.experiment")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.anira.runtime.experiment")
                .check(RUNTIME);
    }
}
