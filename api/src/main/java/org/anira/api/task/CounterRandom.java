package org.anira.api.task;

import org.anira.api.PublicApi;

import java.util.random.RandomGenerator;

/**
 * Random numbers from a key: the same (seed, purpose, index) gives the same stream, whatever was
 * drawn before and on whichever thread. A counter goes through the finaliser of SplitMix64 (Steele,
 * Lea and Flood 2014), with an increment that depends on the key. One object serves many samples:
 * {@link #reseed} costs a few nanoseconds. Not thread-safe.
 */
@PublicApi(since = "0.1")
public final class CounterRandom implements RandomGenerator {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;
    private long increment;

    /** Makes a generator for a key. */
    public CounterRandom(long seed, String purpose, long index) {
        reseed(seed, purpose(purpose), index);
    }

    /**
     * Returns the number that stands for a purpose in {@link #reseed}: a 64-bit FNV-1a hash of its
     * name.
     */
    public static long purpose(String name) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }

    /** Starts the stream of a key. @return this */
    public CounterRandom reseed(long seed, long purpose, long index) {
        long key = mix(mix(mix(seed + GOLDEN) ^ purpose) ^ index * GOLDEN);
        state = key;
        increment = mix(key ^ 0xD1B54A32D192ED03L) | 1;
        return this;
    }

    @Override
    public long nextLong() {
        return mix(state += increment);
    }

    /** Returns a number from {0 … bound − 1}, exactly uniform (Lemire 2019). */
    @Override
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound %d must be positive".formatted(bound));
        }
        long product = (nextLong() >>> 32) * bound;
        if ((product & 0xFFFFFFFFL) < bound) {
            long threshold = (-bound & 0xFFFFFFFFL) % bound;
            while ((product & 0xFFFFFFFFL) < threshold) {
                product = (nextLong() >>> 32) * bound;
            }
        }
        return (int) (product >>> 32);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
