"""Draws samples of CLRS-Text with the reference generator and prints samples per second.

An anchor for the case clrs-text of SamplingBenchmark: the same thirty algorithms at length 8, three decimals, no traces, one process. It
needs the package dm-clrs 2.0.3 with numpy, jax, chex, attrs and absl-py; the parts of it that need TensorFlow are
left out. Run it on the same machine, right before or after.

    python3 benchmarks/peers/clrs_text_samples.py [seconds per algorithm] [algorithm ...]
"""

import importlib.util
import os
import sys
import time
import types

os.environ["JAX_PLATFORMS"] = "cpu"


def without_tensorflow():
    """Makes the packages' folders importable without their __init__ files, which import everything."""
    folder = os.path.dirname(importlib.util.find_spec("clrs").origin)
    for name in ("clrs", "clrs._src", "clrs._src.clrs_text"):
        package = types.ModuleType(name)
        package.__path__ = [os.path.join(folder, *name.split(".")[1:])]
        sys.modules[name] = package
    tensorflow = types.ModuleType("tensorflow")
    tensorflow.Tensor = type("Tensor", (), {})
    sys.modules.setdefault("tensorflow", tensorflow)


def main(seconds, chosen):
    without_tensorflow()
    from absl import logging
    from clrs._src import samplers
    from clrs._src.clrs_text import clrs_utils

    logging.set_verbosity(logging.ERROR)
    algorithms = chosen or sorted([*clrs_utils.CLRS_TASKS_WITH_HINTS, "segments_intersect"])
    rates = {}
    for algorithm in algorithms:
        sampler, _ = samplers.build_sampler(algorithm, seed=1, num_samples=-1, length=8, track_max_steps=False,
                                            use_padding=False, truncate_decimals=3)

        def sample():
            question, answer = clrs_utils.format_clrs_example(algorithm, sampler.next(1))
            return question + answer

        for _ in range(20):
            sample()
        start = time.perf_counter()
        count = 0
        while time.perf_counter() - start < seconds:
            for _ in range(20):
                sample()
            count += 20
        rates[algorithm] = count / (time.perf_counter() - start)
        print(f"{algorithm:32s} {rates[algorithm]:8,.0f} samples/s", flush=True)
    in_turn = len(rates) / sum(1 / rate for rate in rates.values())
    print(f"{in_turn:,.0f} samples/s if the {len(rates)} take turns, mean of the rates"
          f" {sum(rates.values()) / len(rates):,.0f}; {seconds:g} s each, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, sys.argv[2:])
