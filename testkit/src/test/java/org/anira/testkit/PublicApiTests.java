package org.anira.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.anira.api.PublicApi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.module.ModuleReader;
import java.lang.reflect.Modifier;
import java.util.List;

/** What authors program against says since when it is there. */
class PublicApiTests {

    /** Returns the outermost public types of the packages that a module exports. */
    private static List<Class<?>> types(Module module) throws IOException {
        try (ModuleReader reader =
                module.getLayer()
                        .configuration()
                        .findModule(module.getName())
                        .orElseThrow()
                        .reference()
                        .open()) {
            return reader.list()
                    .filter(file -> file.endsWith(".class") && !file.contains("-info"))
                    .map(file -> file.substring(0, file.length() - ".class".length()))
                    .<Class<?>>map(file -> Class.forName(module, file.replace('/', '.')))
                    .filter(type -> module.isExported(type.getPackageName()))
                    .filter(type -> type.getDeclaringClass() == null)
                    .filter(type -> Modifier.isPublic(type.getModifiers()))
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"org.anira.api", "org.anira.testkit"})
    void everyPublicTypeSaysSinceWhenItIsThere(String module) throws IOException {
        List<Class<?>> types = types(ModuleLayer.boot().findModule(module).orElseThrow());
        assertTrue(types.size() >= 10, "found " + types);
        List<Class<?>> silent =
                types.stream()
                        .filter(type -> {
                            PublicApi mark = type.getAnnotation(PublicApi.class);
                            return mark == null || !mark.since().matches("\\d+\\.\\d+");
                        })
                        .toList();
        assertEquals(List.of(), silent, "have no @PublicApi(since = …)");
    }
}
