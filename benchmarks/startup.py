"""Times whole starts of packaged applications, in turn, and prints for each command the median, minimum and maximum of wall-clock time,
and of the processor time of the process.

    mvn -q -DskipTests package
    python3 benchmarks/startup.py [--rounds 20] [--first-step djl,torch] [app/target/anira-0.1.0 [another]]

With --first-step, the time from the start of a training of the quickstart's size to the first step in its journal, by backend, on one
thread as the preset has it, is measured in place of the commands. The start-up cache is made by the first start, in the background; the
program waits until it is there.
"""

import argparse
import glob
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

COMMANDS = (["--help"], ["plugins"])
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def processor_time():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def whole(words):
    """Runs a command to its end; returns seconds by the wall clock and of the processor."""
    begun, used = time.perf_counter(), processor_time()
    subprocess.run(words, check=True, **QUIET)
    return time.perf_counter() - begun, processor_time() - used


def first_step(words):
    """Runs a training until a step is in its journal; returns the same."""
    folder = tempfile.mkdtemp()
    run = os.path.join(folder, "run")
    journal = os.path.join(run, "metrics.jsonl")
    begun, used = time.perf_counter(), processor_time()
    training = subprocess.Popen([*words, "training.log-every=1", "--out", run], **QUIET)
    try:
        while not (os.path.exists(journal) and os.path.getsize(journal)):
            if training.poll() is not None:
                raise SystemExit(f"{' '.join(words)} ended with {training.returncode}")
            time.sleep(0.002)
        taken = time.perf_counter() - begun
    finally:
        training.kill()
        training.wait()
        shutil.rmtree(folder)
    return taken, processor_time() - used


def make_cache(distribution, launcher):
    subprocess.run([launcher, "--help"], check=True, **QUIET)
    waiting = time.monotonic() + 300
    while not glob.glob(distribution + "/cache/*.aot") or glob.glob(distribution + "/cache/*.making"):
        if time.monotonic() > waiting:
            raise SystemExit(f"no start-up cache in {distribution}/cache after 300 s")
        time.sleep(1)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("distributions", nargs="*", default=["app/target/anira-0.1.0"])
    options.add_argument("--rounds", type=int, default=20)
    options.add_argument("--first-step", metavar="BACKENDS", default="")
    given = options.parse_args()
    if given.first_step:
        measure = first_step
        commands = [
            ["train", "quickstart-anira-o", "--backend", backend, "backend.options.threads=1"]
            for backend in given.first_step.split(",")
        ]
    else:
        measure = whole
        commands = COMMANDS
    cases = []
    for distribution in given.distributions:
        launcher = str(pathlib.Path(distribution, "bin", "anira"))
        make_cache(distribution, launcher)
        cases += [(distribution, [launcher, *words], []) for words in commands]
    for _ in range(given.rounds):
        for _, words, times in cases:
            times.append(measure(words))
    for distribution, words, times in cases:
        wall, processor = zip(*times)
        print(f"{distribution}  anira {' '.join(words[1:])}")
        for name, each in ("wall clock", wall), ("processor", processor):
            print(f"  {name:10} {statistics.median(each):.3f} s   ({min(each):.3f} to {max(each):.3f})")


if __name__ == "__main__":
    main()
