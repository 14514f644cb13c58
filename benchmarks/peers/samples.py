"""Draws samples of a synthetic task in plain Python and prints samples per second.

An anchor for SamplingBenchmark, written for this project: the same definitions, no library but the standard one, one
process. Run it on the same machine, right before or after.

    python3 benchmarks/peers/samples.py CASE [seconds]

CASE is mano, brevo, brevo-30, brevo-multi, depo, depo2 or lano: the cases of SamplingBenchmark.
"""

import bisect
import itertools
import math
import random
import statistics
import sys
import time

BOS, EOS = 1, 2


def mano_expression(count, rng, tokens, modulus=23):
    """Appends an expression of `count` operators to `tokens` and returns its value."""
    if count == 0:
        value = rng.randrange(modulus)
        tokens.append(7 + value)
        return value
    operator = rng.randrange(3)
    tokens.append(3 + operator)
    left_count = rng.randrange(count)
    left = mano_expression(left_count, rng, tokens)
    right = mano_expression(count - 1 - left_count, rng, tokens)
    if operator == 0:
        return (left + right) % modulus
    return (left - right) % modulus if operator == 1 else left * right % modulus


def mano(rng):
    length = rng.randint(3, 16)
    mark = 30 + 2 * (length - 1)
    tokens = [BOS, mark]
    value = mano_expression(length, rng, tokens)
    tokens.append(mark + 1)
    tokens.append(7 + value)
    return tokens


def sizes(most):
    """Returns what draws n from 3 to `most` in proportion to 1 / (n + sqrt(most))."""
    weights = list(itertools.accumulate(1 / (n + math.sqrt(most)) for n in range(3, most + 1)))
    return lambda rng: 3 + bisect.bisect(weights, rng.random() * weights[-1])


def words(count, shortest, longest, letters, rng):
    """Returns distinct words in random order; their last letter is from a second alphabet."""
    found = set()
    while len(found) < count:
        word = [rng.randint(1, letters) for _ in range(rng.randint(shortest, longest))]
        word[-1] += letters
        found.add(tuple(word))
    found = list(found)
    rng.shuffle(found)
    return found


def brevo(rng, size, multi=False, labels=30):
    n = size(rng)
    leaves = rng.randint(1, (n - 1) // 4 + 1)
    parents = [[] for _ in range(n)]
    dependents = [0] * n
    for i in range(leaves, n):
        candidates = [j for j in range(i) if dependents[j] < 4]
        parents[i] = rng.sample(candidates, rng.randint(1, min(4, len(candidates))))
        for j in parents[i]:
            dependents[j] += 1
    needed = [False] * n
    needed[-1] = True
    waiting = [0] * n
    for i in range(n - 1, -1, -1):
        if needed[i]:
            for j in parents[i]:
                needed[j] = True
                waiting[j] += 1
    free, order = [n - 1], []
    while free:
        i = free.pop(rng.randrange(len(free)))
        order.append(i)
        for j in parents[i]:
            waiting[j] -= 1
            if waiting[j] == 0:
                free.append(j)
    if multi:
        names = [[4 + x for x in word] for word in words(n, 2, 4, 4, rng)]
    else:
        names = [[4 + label] for label in rng.sample(range(1, labels + 1), n)]
    edges = [(j, i) for i in range(n) for j in parents[i]]
    rng.shuffle(edges)
    tokens = [BOS]
    for j, i in edges:
        tokens += names[j]
        tokens += names[i]
    tokens.append(3)
    tokens += names[-1]
    tokens.append(4)
    for i in reversed(order):
        tokens += names[i]
    tokens.append(EOS)
    return tokens


def depo(rng, size, shortest, longest, letters, steps):
    n = size(rng)
    cycle = words(n, shortest, longest, letters, rng)
    edges = list(range(n))
    rng.shuffle(edges)
    tokens = [BOS]
    for i in edges:
        tokens += [4 + x for x in cycle[i]]
        tokens += [4 + x for x in cycle[(i + 1) % n]]
    for start in rng.sample(range(n), min(n, 10)):
        k = rng.randint(1, steps)
        tokens.append(4 + 2 * letters + k)
        tokens += [4 + x for x in cycle[start]]
        tokens.append(4)
        tokens += [4 + x for x in cycle[(start + k) % n]]
    return tokens


CFG3B = {
    22: [(21, 20), (20, 19)],
    19: [(16, 17, 18), (17, 18, 16)], 20: [(17, 16, 18), (16, 17)], 21: [(18, 16), (16, 18, 17)],
    16: [(15, 13), (13, 15, 14)], 17: [(14, 13, 15), (15, 13, 14)], 18: [(15, 14, 13), (14, 13)],
    13: [(11, 12), (12, 11)], 14: [(11, 10, 12), (10, 11, 12)], 15: [(12, 11, 10), (11, 12, 10)],
    10: [(7, 9, 8), (9, 8, 7)], 11: [(8, 7, 9), (7, 8, 9)], 12: [(8, 9, 7), (9, 7, 8)],
    7: [(3, 1), (1, 2, 3)], 8: [(3, 2), (3, 1, 2)], 9: [(3, 2, 1), (2, 1)],
}


def lano(rng):
    symbols = [22]
    while symbols[0] > 3:
        symbols = [y for x in symbols for y in rng.choice(CFG3B[x])]
    return [BOS] + [2 + x for x in symbols] + [EOS]


CASES = {
    "mano": mano,
    "brevo": lambda rng, size=sizes(30): brevo(rng, size),
    "brevo-30": lambda rng: brevo(rng, lambda _: 30),
    "brevo-multi": lambda rng, size=sizes(30): brevo(rng, size, multi=True),
    "depo": lambda rng, size=sizes(30): depo(rng, size, 1, 1, 50, 8),
    "depo2": lambda rng, size=sizes(125): depo(rng, size, 5, 7, 3, 16),
    "lano": lano,
}


def main(case, seconds):
    sample = CASES[case]
    rng = random.Random(1)
    rates = []
    for repetition in range(6):
        start = time.perf_counter()
        count = 0
        while time.perf_counter() - start < seconds:
            for _ in range(100):
                sample(rng)
            count += 100
        if repetition > 0:
            rates.append(count / (time.perf_counter() - start))
    print(f"{case}: {statistics.median(rates):,.0f} samples/s, {min(rates):,.0f} to {max(rates):,.0f},"
          f" 5 times {seconds:g} s after one to warm up, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 2.0)
