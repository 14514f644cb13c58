"""Measures two commands in turn, A B A B …, and prints steps per second of each and the ratio pair by pair.

Each command takes orders on its standard input, a number of seconds per line, works that long, and answers with a line
"steps seconds processor-seconds". Both processes live through all rounds, so both are warm; while one works the other
waits. The ratio of processor time per step is the steadier one where other processes share the machine.

    python3 benchmarks/compare.py [--rounds 10] [--seconds 4] [--warmup 3] 'COMMAND A' 'COMMAND B'
"""

import argparse
import shlex
import statistics
import subprocess


class Worker:
    def __init__(self, command):
        self.command = command
        self.process = subprocess.Popen(
            shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def round(self, seconds):
        """Returns steps per second, and per second of processor time."""
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"'{self.command}' ended with status {self.process.wait()}")
        steps, wall, processor = map(float, answer.split())
        return steps / wall, steps / processor

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def spread(values):
    return f"{statistics.median(values):8.3f}   ({min(values):.3f} to {max(values):.3f})"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("commands", nargs=2)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--seconds", type=float, default=4)
    options.add_argument("--warmup", type=int, default=3, help="rounds that do not count")
    given = options.parse_args()
    workers = [Worker(command) for command in given.commands]
    pairs = []
    for number in range(given.warmup + given.rounds):
        pair = [worker.round(given.seconds) for worker in workers]
        if number >= given.warmup:
            pairs.append(pair)
    for worker in workers:
        worker.close()
    print(f"{given.rounds} rounds of {given.seconds:g} s each, after {given.warmup} to warm up; median (least to most)")
    for measure, unit in enumerate(["s", "processor s"]):
        for index, letter in enumerate("AB"):
            print(f"{letter}     steps/{unit:11} {spread([pair[index][measure] for pair in pairs])}")
        print(f"A / B steps/{unit:11} {spread([a[measure] / b[measure] for a, b in pairs])}")


if __name__ == "__main__":
    main()
