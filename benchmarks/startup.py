"""Times whole starts of the packaged application, in turn, and prints each command's median, minimum and maximum.

    mvn -q -DskipTests package
    python3 benchmarks/startup.py [--rounds 20] [app/target/anira-0.1.0]

The start-up cache is made by the first start, in the background; the program waits until it is there.
"""

import argparse
import glob
import pathlib
import statistics
import subprocess
import time

COMMANDS = (["--help"], ["plugins"])


def start(launcher, words):
    begun = time.perf_counter()
    subprocess.run([launcher, *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("distribution", nargs="?", default="app/target/anira-0.1.0")
    options.add_argument("--rounds", type=int, default=20)
    given = options.parse_args()
    launcher = str(pathlib.Path(given.distribution, "bin", "anira"))
    start(launcher, COMMANDS[0])
    waiting = time.monotonic() + 300
    while not glob.glob(given.distribution + "/cache/*.aot"):
        if time.monotonic() > waiting:
            raise SystemExit(f"no start-up cache in {given.distribution}/cache after 300 s")
        time.sleep(1)
    times = [[] for _ in COMMANDS]
    for _ in range(given.rounds):
        for each, words in zip(times, COMMANDS):
            each.append(start(launcher, words))
    for each, words in zip(times, COMMANDS):
        print(f"anira {' '.join(words):10} {statistics.median(each):.3f} s   ({min(each):.3f} to {max(each):.3f})")


if __name__ == "__main__":
    main()
