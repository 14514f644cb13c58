package org.anira.backend.onnx;

import org.anira.api.BackendException;
import org.anira.api.DataException;
import org.anira.api.Settings;
import org.anira.api.tensor.Exporter;
import org.anira.api.tensor.Parameter;
import org.anira.backend.floor.Graph;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes programs as ONNX files. Needs no native library. */
final class OnnxExporter implements Exporter {

    /** Most bytes of weights inside the model's file; a file of protobuf cannot exceed 2 GiB. */
    private static final long LARGEST = 1L << 30;

    private final long largest;

    OnnxExporter() {
        this(LARGEST);
    }

    /** Makes one with another limit. */
    OnnxExporter(long largest) {
        this.largest = largest;
    }

    @Override
    public void write(Exported what, Path file, Settings settings) {
        Map<String, Parameter> parameters =
                what.parameters().stream()
                        .collect(Collectors.toMap(Parameter::name, Function.identity()));
        Function<String, Parameter> named =
                name -> {
                    Parameter parameter = parameters.get(name);
                    if (parameter == null) {
                        throw new BackendException(
                                "BKD-003",
                                "The program to export has no parameter '%s'.".formatted(name));
                    }
                    return parameter;
                };
        Graph graph = Graph.of(what.program(), what.inputs(), named, OnnxSession.REFUSALS, false);
        Lowering.Lowered lowered =
                Lowering.of(
                        graph,
                        what.inputs(),
                        what.outputs(),
                        named,
                        what.axes(),
                        OnnxBackendProvider.opset(settings));
        try {
            ModelFile.write(lowered, what.values(), what.metadata(), file, largest);
        } catch (IOException e) {
            throw new DataException(
                    "RUN-005",
                    "Cannot write '%s': %s. Choose another place."
                            .formatted(
                                    file,
                                    e instanceof FileSystemException refusal
                                            ? Optional.ofNullable(refusal.getReason())
                                                    .orElse("it is refused")
                                            : e.getMessage()),
                    e);
        }
    }

    @Override
    public Contents read(Path file) {
        return ModelFile.read(file);
    }
}
