package org.anira.backend.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;

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
import org.anira.backend.onnx.Lowering.Lowered;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Lowered programs as ONNX models, with their weights inside, beside, or elsewhere. */
final class ModelFile {

    /** Begin of each tensor in a file of weights, so that readers can map it into memory. */
    private static final int ALIGNMENT = 4096;

    /** Bytes read or written at once. */
    private static final int PIECE = 1 << 16;

    private static final String ANIRA = "anira";

    /** The last entry of the metadata: SHA-256 of all bytes before it. */
    private static final String DIGEST = "sha256";

    /** An entry of the metadata: SHA-256 of the file of weights beside it. */
    private static final String WEIGHTS_DIGEST = "sha256.data";

    private ModelFile() {}

    /** Returns a model whose weights are given to ONNX Runtime by name. */
    static ModelProto withoutWeights(Lowered lowered) {
        ModelProto.Builder model = model(lowered);
        for (Weight weight : lowered.weights()) {
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
            Lowered lowered,
            Function<String, MemorySegment> values,
            Map<String, String> metadata,
            Path file,
            long largest)
            throws IOException {
        ModelProto.Builder model = model(lowered);
        metadata.forEach((key, value) -> model.addMetadataProps(entry(key, value)));
        long bytes = lowered.weights().stream().mapToLong(ModelFile::bytes).sum();
        if (bytes > largest) {
            Path beside = beside(file);
            MessageDigest digest = sha256();
            try (OutputStream out =
                    new DigestOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(beside)), digest)) {
                long written = 0;
                for (Weight weight : lowered.weights()) {
                    int gap = (int) (-written & (ALIGNMENT - 1));
                    out.write(new byte[gap]);
                    written += gap;
                    model.getGraphBuilder()
                            .addInitializer(
                                    external(weight, beside.getFileName().toString(), written));
                    writeValues(out, weight, values);
                    written += bytes(weight);
                }
            }
            model.addMetadataProps(entry(WEIGHTS_DIGEST, hex(digest)));
            writeModel(file, model.build());
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            for (Weight weight : lowered.weights()) {
                MemorySegment content = content(weight, values, arena);
                model.getGraphBuilder()
                        .addInitializer(
                                tensor(weight)
                                        .setRawData(
                                                UnsafeByteOperations.unsafeWrap(
                                                        outsideOfTheHeap(content, arena)
                                                                .asByteBuffer())));
            }
            writeModel(file, model.build());
        }
    }

    private static MemorySegment outsideOfTheHeap(MemorySegment content, Arena arena) {
        return content.isNative() ? content : arena.allocate(content.byteSize()).copyFrom(content);
    }

    private static void writeValues(
            OutputStream out, Weight weight, Function<String, MemorySegment> values)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment content = content(weight, values, arena);
            byte[] piece = new byte[PIECE];
            for (long from = 0; from < content.byteSize(); from += PIECE) {
                int count = (int) Math.min(PIECE, content.byteSize() - from);
                MemorySegment.copy(content, ValueLayout.JAVA_BYTE, from, piece, 0, count);
                out.write(piece, 0, count);
            }
        }
    }

    private static void writeModel(Path file, ModelProto model) throws IOException {
        MessageDigest digest = sha256();
        try (OutputStream out = Files.newOutputStream(file)) {
            CodedOutputStream coded =
                    CodedOutputStream.newInstance(new DigestOutputStream(out, digest));
            model.writeTo(coded);
            coded.flush();
            out.write(end(hex(digest)));
        }
    }

    /** Returns the file of weights beside a model, if they are not inside it. */
    private static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".data");
    }

    /**
     * Returns the last bytes of a file: one more entry of the metadata, since a message of protobuf
     * goes on with what follows it. It has the digest of all bytes before.
     */
    private static byte[] end(String digest) {
        return ModelProto.newBuilder()
                .addMetadataProps(entry(DIGEST, digest))
                .build()
                .toByteArray();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns the digest of so many first bytes of a file. */
    private static String digest(Path file, long bytes) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] piece = new byte[PIECE];
            for (long left = bytes; left > 0; ) {
                int count = in.read(piece, 0, (int) Math.min(piece.length, left));
                if (count < 0) {
                    throw new EOFException("it became shorter while it was read");
                }
                digest.update(piece, 0, count);
                left -= count;
            }
        }
        return hex(digest);
    }

    /**
     * Compares a file with the digest at its end. Damage is found here, before ONNX Runtime reads a
     * graph that could make it fail in other ways than by saying so.
     */
    private static void requireUnchanged(Path file, ModelProto model) throws IOException {
        int count = model.getMetadataPropsCount();
        if (model.getMetadataPropsList().stream().noneMatch(each -> each.getKey().equals(DIGEST))) {
            return; // written by a build before this one
        }
        StringStringEntryProto last = model.getMetadataProps(count - 1);
        byte[] end = end(last.getValue());
        if (!last.getKey().equals(DIGEST)
                || !digest(file, Files.size(file) - end.length).equals(last.getValue())) {
            throw unusable(file, "it was changed after it was written", null);
        }
    }

    /**
     * Does nothing if a model's weights that are not inside it are whole.
     *
     * @throws DataException EXP-001 if they are missing or damaged
     */
    static void requireWeights(Path file) {
        Path beside = beside(file);
        ModelProto model = parse(file);
        long needed = 0;
        for (TensorProto tensor : model.getGraph().getInitializerList()) {
            if (tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL) {
                continue;
            }
            Map<String, String> external = new LinkedHashMap<>();
            tensor.getExternalDataList()
                    .forEach(each -> external.put(each.getKey(), each.getValue()));
            if (!beside.getFileName().toString().equals(external.get("location"))) {
                throw unusable(
                        file,
                        "its weights are in '%s', expected '%s', the name beside it"
                                .formatted(external.get("location"), beside.getFileName()),
                        null);
            }
            try {
                long offset = Long.parseLong(external.getOrDefault("offset", ""));
                long length = Long.parseLong(external.getOrDefault("length", ""));
                if (offset < 0 || length < 0) {
                    throw new NumberFormatException();
                }
                needed = Math.max(needed, Math.addExact(offset, length));
            } catch (ArithmeticException | NumberFormatException e) {
                throw unusable(
                        file, "the place of its '%s' is damaged".formatted(tensor.getName()), e);
            }
        }
        if (needed == 0) {
            return;
        }
        if (!Files.isRegularFile(beside)) {
            throw unusable(file, "there is no file '%s' beside it".formatted(beside), null);
        }
        try {
            long size = Files.size(beside);
            if (size < needed) {
                throw unusable(
                        file,
                        "'%s' has %d bytes, expected %d".formatted(beside, size, needed),
                        null);
            }
            for (StringStringEntryProto each : model.getMetadataPropsList()) {
                if (each.getKey().equals(WEIGHTS_DIGEST)
                        && !digest(beside, size).equals(each.getValue())) {
                    throw unusable(file, "'%s' was changed".formatted(beside), null);
                }
            }
        } catch (IOException e) {
            throw unusable(file, "'%s' cannot be read".formatted(beside), e);
        }
    }

    private static ModelProto.Builder model(Lowered lowered) {
        return ModelProto.newBuilder()
                .setIrVersion(irVersion(lowered.opset()))
                .setProducerName(ANIRA)
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("").setVersion(lowered.opset()))
                .setGraph(lowered.graph());
    }

    /** Returns the form of files that came with a version of the operators. */
    private static int irVersion(int opset) {
        return opset < 19 ? 8 : opset < 21 ? 9 : 10;
    }

    private static long bytes(Weight weight) {
        return weight.parameter().size() * Float.BYTES;
    }

    private static MemorySegment content(
            Weight weight, Function<String, MemorySegment> values, Arena arena) {
        return weight.values(values.apply(weight.parameter().name()), arena);
    }

    private static TensorProto.Builder tensor(Weight weight) {
        return TensorProto.newBuilder()
                .setName(weight.name())
                .setDataType(OnnxGraph.number(DType.FLOAT32))
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
        ModelProto model = parse(file);
        if (!model.hasGraph() || !model.hasIrVersion() || model.getOpsetImportCount() == 0) {
            throw unusable(file, "it is no ONNX model", null);
        }
        try {
            requireUnchanged(file, model);
        } catch (IOException e) {
            throw unusable(file, "it cannot be read", e);
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        model.getMetadataPropsList()
                .forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        metadata.keySet().removeAll(List.of(DIGEST, WEIGHTS_DIGEST));
        return new Exporter.Contents(
                values(file, model.getGraph().getInputList()),
                values(file, model.getGraph().getOutputList()),
                metadata);
    }

    private static ModelProto parse(Path file) {
        if (!Files.isRegularFile(file)) {
            throw unusable(
                    file,
                    Files.exists(file) ? "it is no regular file" : "there is no such file",
                    null);
        }
        try (InputStream in = Files.newInputStream(file)) {
            if (Files.size(file) > Integer.MAX_VALUE) {
                throw unusable(file, "it has %d bytes, too many".formatted(Files.size(file)), null);
            }
            return ModelProto.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            throw unusable(file, "it is no ONNX model, or was cut", e);
        } catch (IOException e) {
            throw unusable(file, "it cannot be read", e);
        }
    }

    private static List<Input> values(Path file, List<ValueInfoProto> values) {
        return values.stream().map(value -> value(file, value)).toList();
    }

    private static Input value(Path file, ValueInfoProto value) {
        int number = value.getType().getTensorType().getElemType();
        DType type =
                Arrays.stream(new DType[] {DType.FLOAT32, DType.INT64, DType.BOOL})
                        .filter(known -> OnnxGraph.number(known) == number)
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
