package org.anira.testkit.reference;

import org.anira.api.BackendException;
import org.anira.api.tensor.DType;
import org.anira.api.tensor.Tensor;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * What an operation finds in an operand: an {@link Array} with a type, that lives as long as its
 * scope; and what it checks before it computes.
 */
abstract class ReferenceOperand implements Tensor {

    static final Predicate<DType> FLOATS = DType::isFloat;
    static final Predicate<DType> NUMBERS = type -> type != DType.BOOL;
    static final Predicate<DType> TRUTHS = type -> type == DType.BOOL;

    final ReferenceSession session;
    final DType type;
    final Array array;
    private boolean freed;

    ReferenceOperand(ReferenceSession session, DType type, Array array) {
        this.session = session;
        this.type = type;
        this.array = array;
    }

    /** Returns the numbers, if they may still be used. */
    Array array() {
        session.check();
        if (freed) {
            throw new IllegalStateException(
                    "%s is used after its scope was closed".formatted(this));
        }
        return array;
    }

    void free() {
        freed = true;
    }

    @Override
    public DType type() {
        return type;
    }

    @Override
    public List<Long> shape() {
        return Arrays.stream(array.shape()).mapToObj(Long::valueOf).toList();
    }

    @Override
    public String toString() {
        return "%s%s".formatted(type, shape());
    }

    /** Returns the place of an axis, counted from 0. */
    int axis(int axis) {
        int place = axis < 0 ? axis + rank() : axis;
        if (place < 0 || place >= rank()) {
            throw misfit("%s has no axis %d".formatted(this, axis));
        }
        return place;
    }

    void require(String operation, Predicate<DType> allowed) {
        if (!allowed.test(type)) {
            throw misfit("%s: %s has a type it is not made for".formatted(operation, this));
        }
    }

    /** Checks that all numbers are indices below a bound. */
    void requireBelow(String operation, int bound) {
        for (double value : array().data()) {
            if (value < 0 || value >= bound) {
                throw misfit(
                        "%s: index %.0f is outside 0 … %d".formatted(operation, value, bound - 1));
            }
        }
    }

    DType commonType(String operation, ReferenceOperand other, Predicate<DType> allowed) {
        boolean fits =
                type == other.type
                        || isConstant() && other.type.isFloat()
                        || other.isConstant() && type.isFloat();
        if (!fits || !allowed.test(type) || !allowed.test(other.type)) {
            throw misfit("%s: the types of %s and %s do not fit".formatted(operation, this, other));
        }
        return isConstant() ? other.type : type;
    }

    private boolean isConstant() {
        return type == DType.FLOAT32 && rank() == 0;
    }

    int[] commonShape(String operation, ReferenceOperand other) {
        if (!Array.fit(array.shape(), other.array.shape())) {
            throw misfit(
                    "%s: the shapes of %s and %s do not broadcast"
                            .formatted(operation, this, other));
        }
        return Array.broadcast(array.shape(), other.array.shape());
    }

    static BackendException misfit(String message) {
        return new BackendException("SHP-001", message);
    }
}
