package org.anira.backend.torch;

import org.anira.api.tensor.DType;
import org.anira.api.tensor.Form;
import org.anira.api.tensor.Input;
import org.anira.api.tensor.Program;
import org.anira.api.tensor.Tensor;
import org.anira.backend.floor.EagerExecutable;
import org.anira.backend.floor.EagerTensor;
import org.anira.backend.floor.Graph;

import java.util.List;
import java.util.Optional;

/**
 * A program that is compiled before it is first differentiated. Without gradients it is computed
 * eagerly.
 */
final class CompiledExecutable extends EagerExecutable {

    private final TorchSession session;
    private final Program program;
    private Optional<Form> form = Optional.empty();
    private Optional<CompiledProgram> compiled = Optional.empty();

    CompiledExecutable(TorchSession session, Program program, List<Input> inputs) {
        super(session, program, inputs);
        this.session = session;
        this.program = program;
    }

    @Override
    public Form prepare(Optional<Form.Kind> wanted) {
        if (form.isEmpty()) {
            session.requireUsable();
            form = Optional.of(prepared(wanted));
        }
        return form.get();
    }

    private Form prepared(Optional<Form.Kind> wanted) {
        Compile compile = session.compile();
        if (compile == Compile.OFF && wanted.isEmpty()
                || wanted.equals(Optional.of(Form.Kind.EAGER))) {
            return Form.EAGER;
        }
        try {
            Graph graph = graph();
            if (!hasLoss(graph)) {
                return Form.EAGER;
            }
            Plan plan = Cut.of(graph);
            Compiler.Result result = session.compiler().compile(plan, session.listener());
            compiled = Optional.of(new CompiledProgram(session, plan, result.pieces()));
            return Form.compiled(result.key());
        } catch (NotCompiledException e) {
            if (compile == Compile.REQUIRE || wanted.isPresent()) {
                throw Compile.impossible(e.getMessage());
            }
            session.listener().note("not compiled: " + e.getMessage());
            return Form.eager(e.getMessage());
        }
    }

    private Graph graph() {
        return Graph.of(
                program,
                inputs(),
                name -> session.store().entry(name).parameter(),
                session.refusals(),
                session.hasBfloat16());
    }

    /** Without a loss, the eager form refuses to differentiate. */
    private static boolean hasLoss(Graph graph) {
        return graph.outputs().stream()
                .findFirst()
                .filter(first -> first.type() == DType.FLOAT32 && first.sizes().isEmpty())
                .isPresent();
    }

    @Override
    public List<Tensor> differentiate(List<Tensor> given) {
        check(given);
        prepare(Optional.empty());
        if (compiled.isEmpty()) {
            return super.differentiate(given);
        }
        List<EagerTensor> inputs = given.stream().map(session::own).toList();
        return List.copyOf(compiled.get().differentiate(inputs));
    }

    @Override
    protected void release() {
        compiled.ifPresent(CompiledProgram::close);
    }
}
