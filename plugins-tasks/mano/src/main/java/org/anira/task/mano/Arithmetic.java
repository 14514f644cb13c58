package org.anira.task.mano;

import java.math.BigInteger;

/** Whole numbers modulo m: operands and results lie in 0 … m − 1. */
final class Arithmetic {

    /** The result of a division by zero, and of everything computed from it. */
    static final int UNDEFINED = -1;

    private final int modulus;
    private final int[] inverses;

    /** Makes the arithmetic modulo {@code modulus}, from 2 to 46340 so that products fit. */
    Arithmetic(int modulus) {
        this.modulus = modulus;
        inverses = new int[modulus];
        BigInteger m = BigInteger.valueOf(modulus);
        for (int i = 0; i < modulus; i++) {
            BigInteger number = BigInteger.valueOf(i);
            boolean unit = number.gcd(m).equals(BigInteger.ONE);
            inverses[i] = unit ? number.modInverse(m).intValue() : UNDEFINED;
        }
    }

    int modulus() {
        return modulus;
    }

    /** Returns whether every number but 0 has an inverse. */
    boolean isField() {
        return BigInteger.valueOf(modulus).isProbablePrime(50);
    }

    /** Returns the result of an operator, or {@link #UNDEFINED}. */
    int apply(Operator operator, int left, int right) {
        if ((left | right) < 0) {
            return UNDEFINED;
        }
        return switch (operator) {
            case ADD -> left + right < modulus ? left + right : left + right - modulus;
            case SUBTRACT -> left < right ? left - right + modulus : left - right;
            case MULTIPLY -> left * right % modulus;
            case DIVIDE -> inverses[right] < 0 ? UNDEFINED : left * inverses[right] % modulus;
        };
    }
}
