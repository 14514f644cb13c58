package org.anira.backend.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import org.anira.api.tensor.Exporter;
import org.anira.api.tensor.Input;

import java.nio.file.Path;
import java.util.List;

/** A program from a file, whose weights ONNX Runtime reads. */
final class ProgramFile implements OnnxExecutable.Source {

    private final Path file;
    private final Exporter.Contents contents;

    ProgramFile(Path file) {
        this.file = file;
        contents = ModelFile.read(file);
        ModelFile.requireWeights(file);
    }

    @Override
    public List<Input> inputs() {
        return contents.inputs();
    }

    @Override
    public OrtSession open(OnnxSession session, OrtSession.SessionOptions options) {
        try {
            return session.environment().createSession(file.toString(), options);
        } catch (OrtException e) {
            throw ModelFile.unusable(file, Engine.firstLine(e), e);
        }
    }
}
