package org.anira.it;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * A safetensors file, read by the format's own description.
 *
 * @param points the points of the grid, in order, of what {@code anira eval --save-logits} wrote
 */
record SavedTensors(JsonNode header, ByteBuffer data, List<String> points) {

    /** One tensor. */
    record Values(int[] shape, float[] values) {

        /** Returns the size of an axis; those at the end have negative numbers. */
        int size(int axis) {
            return shape[axis < 0 ? shape.length + axis : axis];
        }

        /** Returns the last axis at a place of all others. */
        float[] row(int place) {
            int size = size(-1);
            return Arrays.copyOfRange(values, place * size, (place + 1) * size);
        }
    }

    static SavedTensors read(Path file) {
        try {
            ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
            int length = (int) all.order(ByteOrder.LITTLE_ENDIAN).getLong();
            byte[] json = new byte[length];
            all.get(json);
            JsonNode header = Documents.of(new String(json, StandardCharsets.UTF_8));
            List<String> points = new ArrayList<>();
            for (String name : header.propertyNames()) {
                if (name.endsWith("/tokens")) {
                    points.add(name.substring(0, name.indexOf('/')));
                }
            }
            return new SavedTensors(header, all.slice().order(ByteOrder.LITTLE_ENDIAN), points);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes other values in place of a tensor's. */
    static void replace(Path file, String name, DoubleSupplier values) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        SavedTensors read = read(file);
        JsonNode offsets = read.header().get(name).get("data_offsets");
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int from = bytes.length - read.data().capacity();
        for (int at = offsets.get(0).asInt(); at < offsets.get(1).asInt(); at += Float.BYTES) {
            all.putFloat(from + at, (float) values.getAsDouble());
        }
        Files.write(file, bytes);
    }

    Values get(String point, String name) {
        return get(point + "/" + name);
    }

    /** Returns a float32 tensor by its whole name. */
    Values get(String name) {
        JsonNode described = header.get(name);
        int[] shape = new int[described.get("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = described.get("shape").get(i).asInt();
        }
        int begin = described.get("data_offsets").get(0).asInt();
        int end = described.get("data_offsets").get(1).asInt();
        FloatBuffer floats =
                data.slice(begin, end - begin).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        return new Values(shape, values);
    }
}
