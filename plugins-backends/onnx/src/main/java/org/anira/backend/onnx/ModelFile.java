package org.anira.backend.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;

import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.ValueInfoProto;

import org.anira.api.DataException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Exporter;
import org.anira.api.tensor.Input;
import org.anira.backend.onnx.Trace.Traced;
import org.anira.backend.onnx.Trace.Weight;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Traced programs as ONNX models, with their weights inside, beside, or elsewhere. */
final class ModelFile {

    /** Begin of each tensor in a file of weights, so that readers can map it into memory. */
    private static final int ALIGNMENT = 4096;

    private static final String ANIRA = "anira";

    private ModelFile() {}

    /** Returns a model whose weights are given to ONNX Runtime by name. */
    static ModelProto withoutWeights(Traced traced) {
        ModelProto.Builder model = model(traced);
        for (Weight weight : traced.weights()) {
            model.getGraphBuilder().addInitializer(external(weight, "the session", 0));
        }
        return model.build();
    }

    /**
     * Writes a model.
     *
     * @param values of a parameter by its name
     * @param largest most bytes of weights that go into the model's file; with more, all go into
     *     one beside it, named the same with {@code .data} behind
     */
    static void write(
            Traced traced,
            Function<String, float[]> values,
            Map<String, String> metadata,
            Path file,
            long largest)
            throws IOException {
        ModelProto.Builder model = model(traced);
        metadata.forEach((key, value) ->
                model.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        long bytes = traced.weights().stream().mapToLong(ModelFile::bytes).sum();
        if (bytes > largest) {
            Path beside = file.resolveSibling(file.getFileName() + ".data");
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(beside))) {
                long written = 0;
                for (Weight weight : traced.weights()) {
                    int gap = (int) (-written & (ALIGNMENT - 1));
                    out.write(new byte[gap]);
                    written += gap;
                    model.getGraphBuilder()
                            .addInitializer(
                                    external(weight, beside.getFileName().toString(), written));
                    content(weight, values).writeTo(out);
                    written += bytes(weight);
                }
            }
        } else {
            for (Weight weight : traced.weights()) {
                model.getGraphBuilder()
                        .addInitializer(tensor(weight).setRawData(content(weight, values)));
            }
        }
        try (OutputStream out = Files.newOutputStream(file)) {
            CodedOutputStream coded = CodedOutputStream.newInstance(out);
            model.build().writeTo(coded);
            coded.flush();
        }
    }

    private static ModelProto.Builder model(Traced traced) {
        return ModelProto.newBuilder()
                .setIrVersion(irVersion(traced.opset()))
                .setProducerName(ANIRA)
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("").setVersion(traced.opset()))
                .setGraph(traced.graph());
    }

    /** Returns the form of files that came with a version of the operators. */
    private static int irVersion(int opset) {
        return opset < 19 ? 8 : opset < 21 ? 9 : 10;
    }

    private static long bytes(Weight weight) {
        return weight.parameter().size() * Float.BYTES;
    }

    private static ByteString content(Weight weight, Function<String, float[]> values) {
        return Trace.bytes(weight.values(values.apply(weight.parameter().name())));
    }

    private static TensorProto.Builder tensor(Weight weight) {
        return TensorProto.newBuilder()
                .setName(weight.name())
                .setDataType(Graph.number(DType.FLOAT32))
                .addAllDims(Arrays.stream(weight.sizes()).boxed().toList());
    }

    private static TensorProto external(Weight weight, String location, long offset) {
        return tensor(weight)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", Long.toString(offset)))
                .addExternalData(entry("length", Long.toString(bytes(weight))))
                .build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /**
     * Reads what a file says of itself.
     *
     * @throws DataException EXP-001 if it is no ONNX model of tensors of our types
     */
    static Exporter.Contents read(Path file) {
        ModelProto model;
        try (InputStream in = Files.newInputStream(file)) {
            model = ModelProto.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw unusable(file, "it is no ONNX model, or was cut", e);
        } catch (IOException e) {
            throw unusable(file, Files.exists(file) ? e.getMessage() : "there is no such file", e);
        }
        if (!model.hasGraph() || !model.hasIrVersion() || model.getOpsetImportCount() == 0) {
            throw unusable(file, "it is no ONNX model", null);
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        model.getMetadataPropsList()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        return new Exporter.Contents(
                values(file, model.getGraph().getInputList()),
                values(file, model.getGraph().getOutputList()),
                metadata);
    }

    private static List<Input> values(Path file, List<ValueInfoProto> values) {
        return values.stream().map(value -> value(file, value)).toList();
    }

    private static Input value(Path file, ValueInfoProto value) {
        int number = value.getType().getTensorType().getElemType();
        DType type =
                Arrays.stream(new DType[] {DType.FLOAT32, DType.INT64, DType.BOOL})
                        .filter(known -> Graph.number(known) == number)
                        .findFirst()
                        .orElseThrow(() ->
                                unusable(
                                        file,
                                        "its '%s' has element type %d, expected float, int64 or bool"
                                                .formatted(value.getName(), number),
                                        null));
        return new Input(
                value.getName(),
                type,
                value.getType().getTensorType().getShape().getDimList().stream()
                        .map(ModelFile::size)
                        .toList());
    }

    private static Long size(TensorShapeProto.Dimension axis) {
        return axis.hasDimValue() ? axis.getDimValue() : -1;
    }

    static DataException unusable(Path file, String reason, Exception cause) {
        return new DataException(
                "EXP-001",
                "File '%s' cannot be used as a model: %s. Write it again: anira export RUN --out FILE"
                        .formatted(file, reason),
                cause);
    }
}
