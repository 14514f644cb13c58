package org.anira.runtime.plugin;

import java.nio.file.Path;

/**
 * A plug-in for tests: module {@code fake.<id>} with one halting provider, whose parts can be
 * replaced by broken ones.
 *
 * @param id its id
 * @param mark the elements of the annotation after the id
 * @param name the name of what it provides, as a Java expression
 * @param summary a Java expression for its summary
 * @param constructor the body of its constructor
 * @param create the body of its method create
 * @param requires more directives of the module
 * @param version the module's version
 */
record FakePlugin(
        String id,
        String mark,
        String name,
        String summary,
        String constructor,
        String create,
        String requires,
        String version) {

    /** Returns a sound plug-in that provides the halting mechanism {@code name}, version 1.0. */
    static FakePlugin of(String id, String name) {
        return new FakePlugin(
                id,
                "api = \"0.1\"",
                "\"" + name + "\"",
                "\"" + id + "\"",
                "",
                "return null;",
                "",
                "1.0");
    }

    FakePlugin mark(String elements) {
        return new FakePlugin(id, elements, name, summary, constructor, create, requires, version);
    }

    FakePlugin name(String expression) {
        return new FakePlugin(
                id, mark, expression, summary, constructor, create, requires, version);
    }

    FakePlugin summary(String expression) {
        return new FakePlugin(id, mark, name, expression, constructor, create, requires, version);
    }

    FakePlugin constructor(String body) {
        return new FakePlugin(id, mark, name, summary, body, create, requires, version);
    }

    FakePlugin create(String body) {
        return new FakePlugin(id, mark, name, summary, constructor, body, requires, version);
    }

    FakePlugin requires(String directives) {
        return new FakePlugin(id, mark, name, summary, constructor, create, directives, version);
    }

    FakePlugin version(String text) {
        return new FakePlugin(id, mark, name, summary, constructor, create, requires, text);
    }

    /** Returns the name of its package and module. */
    String module() {
        return "fake." + id.replace('-', '_').toLowerCase(java.util.Locale.ROOT);
    }

    /** Returns the maker of its jar. */
    JarMaker maker() {
        return JarMaker.of(module())
                .version(version)
                .moduleInfo(
                        "@org.anira.api.AniraPlugin(id = \"%s\", %s)".formatted(id, mark),
                        ("requires org.anira.api; %s provides org.anira.api.halting.HaltingProvider"
                                        + " with %s.FakeProvider;")
                                .formatted(requires, module()))
                .source(module() + ".FakeProvider", provider("FakeProvider"));
    }

    /** Returns the source of a provider. */
    String provider(String className) {
        return """
        package %s;
        public final class %s implements org.anira.api.halting.HaltingProvider {
            public %2$s() { %s }
            @Override public String name() { return %s; }
            @Override public String summary() { return %s; }
            @Override public org.anira.api.halting.HaltingMechanism create(
                    int width, int maxDepth, org.anira.api.Settings settings) { %s }
        }
        """
                .formatted(module(), className, constructor, name, summary, create);
    }

    /** Writes its jar. */
    Path write(Path jar) {
        return maker().write(jar);
    }
}
