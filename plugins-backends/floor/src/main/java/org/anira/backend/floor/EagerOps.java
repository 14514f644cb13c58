package org.anira.backend.floor;

import org.anira.api.tensor.ActiveRows;
import org.anira.api.tensor.Tensor;

import java.util.List;

/** The operations of a body besides the methods of tensors, computed at once. */
public final class EagerOps extends ShapedOps {

    private final EagerSession session;

    /** Makes the operations of a session. */
    public EagerOps(EagerSession session) {
        super(session);
        this.session = session;
    }

    @Override
    protected ActiveRows rows(ShapedTensor mask) {
        long sequences = mask.size(0);
        long tokens = mask.size(1);
        Rows rows = Rows.of(session.own(mask).truths(), (int) sequences, (int) tokens);
        return new ActiveRows(
                session.tensor(rows.token(), rows.token().length),
                session.tensor(rows.inverse(), sequences, tokens),
                session.tensor(rows.query(), sequences, rows.mostRows()),
                session.tensor(rows.place(), rows.place().length));
    }

    @Override
    protected List<Tensor> steps(int first, int last, List<ShapedTensor> carry, Body body) {
        List<Tensor> state = List.copyOf(carry);
        Region before = new Region();
        for (int d = first; d <= last && anyActive(state); d++) {
            Region step = session.enter();
            try {
                state = next(state, body.step(integer(d), state));
            } catch (RuntimeException | Error e) {
                step.free();
                before.free();
                throw e;
            } finally {
                session.leave(step);
            }
            // The carry moves to a region of its own; the rest of this step and of the one
            // before is freed.
            Region kept = new Region();
            for (Tensor tensor : state) {
                EagerTensor held = session.own(tensor);
                if (step.owns(held) || before.owns(held)) {
                    kept.adopt(held);
                }
            }
            step.free();
            before.free();
            before = kept;
        }
        before.moveTo(session.innermost());
        return state;
    }

    private boolean anyActive(List<Tensor> carry) {
        for (boolean active : session.own(carry.getFirst()).truths()) {
            if (active) {
                return true;
            }
        }
        return false;
    }
}
