package org.anira.runtime.eval;

import java.util.random.RandomGenerator;

/** Draws tokens from distributions. */
final class Sampling {

    private Sampling() {}

    /**
     * Draws from softmax(logits / temperature), with one number of {@code random}.
     *
     * @param logits [V]
     * @param temperature above 0: 1 for the model's own distribution, below 1 favours likely tokens
     * @return the drawn token; if logits are NaN, so that there is no distribution, the likeliest
     *     one, the lowest of equal ones
     */
    static int draw(float[] logits, double temperature, RandomGenerator random) {
        int likeliest = 0;
        for (int token = 1; token < logits.length; token++) {
            likeliest = logits[token] > logits[likeliest] ? token : likeliest;
        }
        double[] weights = new double[logits.length];
        double total = 0;
        for (int token = 0; token < logits.length; token++) {
            weights[token] = Math.exp((logits[token] - logits[likeliest]) / temperature);
            total += weights[token];
        }
        double at = random.nextDouble() * total;
        for (int token = 0; token < logits.length; token++) {
            at -= weights[token];
            if (at < 0) {
                return token;
            }
        }
        return likeliest;
    }
}
