package org.anira.backend.torch;

import org.anira.api.tensor.AdamW;
import org.anira.api.tensor.DType;
import org.anira.backend.floor.EagerParameters;
import org.anira.backend.floor.Shapes;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The parameters of a session with their slots. A value is a leaf that libtorch collects the
 * gradient in; there is none until a program gives one, and none after it was cleared.
 */
final class ParameterStore extends EagerParameters {

    /** What {@link AdamW} adds to the norm before it divides by it. */
    private static final double CLIP_EPSILON = 1e-6;

    private final TorchSession session;

    ParameterStore(TorchSession session) {
        super(session);
        this.session = session;
    }

    /** Returns the handle of the gradient, which belongs to the value, even while there is none. */
    private static long place(Entry entry) {
        return Torch.gradient(entry.value().handle());
    }

    private boolean hasGradient(Entry entry) {
        return session.torch.isDefined(place(entry));
    }

    @Override
    protected boolean readGradient(Entry entry, MemorySegment into) {
        if (!hasGradient(entry)) {
            return false;
        }
        session.read(place(entry), entry.value().sizes(), into);
        return true;
    }

    @Override
    protected void collect(long leaf) {
        Torch.requireGradient(leaf);
    }

    @Override
    protected void replaceGradient(Entry entry, long gradient) {
        Torch.assign(gradient, place(entry));
    }

    /** Adds to the gradient of a parameter; takes the handle over. */
    void accumulate(String parameter, long gradient) {
        Entry entry = entry(parameter);
        long sum =
                hasGradient(entry)
                        ? session.torch.subtract(place(entry), gradient, -1)
                        : session.torch.handle(gradient);
        Torch.delete(gradient);
        replaceGradient(entry, sum);
        Torch.delete(sum);
    }

    @Override
    protected long update(AdamW rule, long step) {
        for (Entry entry : entries()) {
            if (!hasGradient(entry)) {
                long none = zeros(entry.value().sizes());
                replaceGradient(entry, none);
                Torch.delete(none);
            }
        }
        long norm = norm();
        if (!Float.isFinite(session.number(norm))) {
            return norm;
        }
        long scale = scale(norm, rule.clip());
        long number =
                session.copied(
                        DType.FLOAT32, MemorySegment.ofArray(new float[] {step}), Shapes.scalar());
        update(true, scale, number, rule, rule.decay());
        update(false, scale, number, rule, 0);
        Torch.delete(number);
        Torch.delete(scale);
        clearGradients();
        return norm;
    }

    /** Returns the root of the sum of the squares of all gradients. */
    private long norm() {
        if (entries().isEmpty()) {
            return zeros(Shapes.scalar());
        }
        long[] squares = entries().stream().mapToLong(this::square).toArray();
        long stacked = session.torch.arguments().tensors(squares).integer(0).call(Operator.STACK);
        Arrays.stream(squares).forEach(Torch::delete);
        long sum = session.torch.arguments().tensor(stacked).none().call(Operator.SUM);
        Torch.delete(stacked);
        long norm = session.torch.call(Operator.SQRT, sum);
        Torch.delete(sum);
        return norm;
    }

    /** Returns the sum of the squares of a gradient. */
    private long square(Entry entry) {
        long place = place(entry);
        long flat =
                session.torch
                        .arguments()
                        .tensor(place)
                        .integers(entry.parameter().size())
                        .call(Operator.RESHAPE);
        long square = session.torch.call(Operator.DOT, flat, flat);
        Torch.delete(flat);
        return square;
    }

    /** Returns what gradients are divided by: max(1, (norm + ε) / clip). */
    private long scale(long norm, double clip) {
        long one = session.scalar(1.0).handle();
        long epsilon = session.scalar(CLIP_EPSILON).handle();
        long limit = session.scalar(clip).handle();
        long raised = session.torch.subtract(norm, epsilon, -1);
        long times = session.torch.call(Operator.DIVIDE, raised, limit);
        Torch.delete(raised);
        long scale = session.torch.call(Operator.MAXIMUM, times, one);
        Torch.delete(times);
        return scale;
    }

    /** Updates the matrices, or all other parameters. */
    private void update(boolean matrices, long scale, long step, AdamW rule, double decay) {
        List<Entry> group =
                entries().stream()
                        .filter(entry -> entry.parameter().isMatrix() == matrices)
                        .toList();
        if (group.isEmpty()) {
            return;
        }
        long[] steps = new long[group.size()];
        Arrays.fill(steps, step);
        session.torch
                .arguments()
                .tensors(group.stream().mapToLong(entry -> entry.value().handle()).toArray())
                .tensors(group.stream().mapToLong(ParameterStore::place).toArray())
                .tensors(group.stream().mapToLong(Entry::first).toArray())
                .tensors(group.stream().mapToLong(Entry::second).toArray())
                .tensors()
                .tensors(steps)
                .number(rule.rate())
                .number(rule.beta1())
                .number(rule.beta2())
                .number(decay)
                .number(rule.epsilon())
                .truth(false)
                .truth(false)
                .tensor(scale)
                .optional()
                .none()
                .run(Operator.FUSED_ADAMW);
    }

    @Override
    protected void clearGradients() {
        long none = session.torch.undefined();
        entries().forEach(entry -> replaceGradient(entry, none));
        Torch.delete(none);
    }

    private long zeros(long[] shape) {
        return session.zeros(DType.FLOAT32, shape);
    }
}
