package org.anira.backend.torch;

import org.anira.api.tensor.Input;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.EagerExecutable;
import org.anira.backend.floor.Graph;
import org.anira.backend.floor.EagerTensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class CompiledExecutable extends EagerExecutable {
    private final TorchSession session;
    private final Program program;
    private final List<Input> inputs;
    private CompiledProgram compiled;

    CompiledExecutable(TorchSession session, Program program, List<Input> inputs) {
        super(session, program, inputs);
        this.session = session;
        this.program = program;
        this.inputs = inputs;
    }

    @Override
    public List<Tensor> differentiate(List<Tensor> given) {
        check(given);
        try {
            if (compiled == null) {
                Graph graph = Graph.of(program, inputs, name -> session.store().entry(name).parameter(), session.refusals(), true);
                Plan plan = Cut.of(graph);
                Path text = Path.of(System.getProperty("anira.plan"));
                Files.writeString(text, "anira cpu " + session.info().threads() + " 1\n" + PlanText.of(plan));
                Path out = Path.of(text + ".d");
                if (!Files.exists(out.resolve("pieces"))) {
                    Files.createDirectories(out);
                    Path script = Path.of(text + ".py");
                    Files.write(script, CompiledExecutable.class.getResourceAsStream("compile.py").readAllBytes());
                    System.err.println(new ProcessBuilder("/work/venv/t215/bin/python", script.toString(), text.toString(), out.toString()).inheritIO().start().waitFor());
                }
                List<CompiledPiece> pieces = new ArrayList<>();
                for (String line : Files.readAllLines(out.resolve("pieces"))) pieces.add(CompiledPiece.load(out, line));
                compiled = new CompiledProgram(session, plan, pieces);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        List<EagerTensor> own = given.stream().map(session::own).toList();
        long[] made = compiled.differentiate(own);
        List<Tensor> results = new ArrayList<>();
        for (int i = 0; i < made.length; i++) {
            results.add(session.made(compiled.type(i), session.torch.sizes(made[i]), made[i]));
        }
        return List.copyOf(results);
    }

    @Override
    protected void release() {
        if (compiled != null) {
            compiled.close();
        }
    }
}
