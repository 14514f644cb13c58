package org.anira.runtime.plugin;

import org.anira.api.AniraPlugin;

import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.util.Optional;

/**
 * The annotation {@link AniraPlugin} of a module as its descriptor has it, not yet checked.
 *
 * @param id the element {@code id}, if it is there and a text
 * @param api the element {@code api}, if it is there and a text
 * @param ranking the element {@code ranking}, 0 if it is not there
 * @param nativeEngine the element {@code nativeEngine}, false if it is not there
 */
record PluginMark(Optional<String> id, Optional<String> api, int ranking, boolean nativeEngine) {

    private static final ClassDesc TYPE = AniraPlugin.class.describeConstable().orElseThrow();

    /**
     * Reads the mark of a module, if it has one. The class-file reader is lazy, so everything is
     * read before this returns.
     *
     * @throws RuntimeException of many kinds if the file is damaged
     */
    static Optional<PluginMark> read(byte[] moduleInfo) {
        return ClassFile.of()
                .parse(moduleInfo)
                .findAttribute(Attributes.runtimeVisibleAnnotations())
                .stream()
                .flatMap(attribute -> attribute.annotations().stream())
                .filter(annotation -> annotation.classSymbol().equals(TYPE))
                .map(PluginMark::of)
                .findFirst();
    }

    private static PluginMark of(Annotation annotation) {
        Optional<String> id = Optional.empty();
        Optional<String> api = Optional.empty();
        int ranking = 0;
        boolean nativeEngine = false;
        for (AnnotationElement element : annotation.elements()) {
            AnnotationValue value = element.value();
            switch (element.name().stringValue()) {
                case "id" -> id = text(value);
                case "api" -> api = text(value);
                case "ranking" ->
                        ranking = value instanceof AnnotationValue.OfInt n ? n.intValue() : 0;
                case "nativeEngine" ->
                        nativeEngine =
                                value instanceof AnnotationValue.OfBoolean b && b.booleanValue();
                default -> {}
            }
        }
        return new PluginMark(id, api, ranking, nativeEngine);
    }

    private static Optional<String> text(AnnotationValue value) {
        return value instanceof AnnotationValue.OfString text
                ? Optional.of(text.stringValue())
                : Optional.empty();
    }
}
