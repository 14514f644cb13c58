"""Draws samples of MANO in plain Python and prints samples per second.

An anchor for ManoSamplingBenchmark, written for this project: the same definitions (3 to 16 operators of + - *,
modulus 23), no library but the standard one, one process. Run it on the same machine, right before or after.

    python3 benchmarks/peers/mano_samples.py [seconds]
"""

import random
import statistics
import sys
import time

MODULUS, LEAST, MOST = 23, 3, 16
BOS, OPERATORS, VALUES = 1, 3, 7
MARKS = VALUES + MODULUS


def expression(count, rng, tokens):
    """Appends an expression of `count` operators to `tokens` and returns its value."""
    if count == 0:
        value = rng.randrange(MODULUS)
        tokens.append(VALUES + value)
        return value
    operator = rng.randrange(3)
    tokens.append(OPERATORS + operator)
    left_count = rng.randrange(count)
    left = expression(left_count, rng, tokens)
    right = expression(count - 1 - left_count, rng, tokens)
    if operator == 0:
        return (left + right) % MODULUS
    return (left - right) % MODULUS if operator == 1 else left * right % MODULUS


def sample(rng):
    length = rng.randint(LEAST, MOST)
    mark = MARKS + 2 * (length - 1)
    tokens = [BOS, mark]
    value = expression(length, rng, tokens)
    tokens.append(mark + 1)
    tokens.append(VALUES + value)
    return tokens


def main(seconds):
    rng = random.Random(1)
    rates = []
    for repetition in range(6):
        start = time.perf_counter()
        count = 0
        while time.perf_counter() - start < seconds:
            for _ in range(1000):
                sample(rng)
            count += 1000
        if repetition > 0:
            rates.append(count / (time.perf_counter() - start))
    print(f"{statistics.median(rates):,.0f} samples/s, {min(rates):,.0f} to {max(rates):,.0f},"
          f" 5 times {seconds:g} s after one to warm up, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0)
