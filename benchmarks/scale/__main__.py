"""Seconds, gap and violations by size of the event: `python -m benchmarks.scale [--sizes 500 1162] [--full] [--no-schedule]`.

Each size runs in a process of its own, so that the peak of memory is its own; the peak includes the making of the instance.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import machine, peak_mib
from benchmarks.scale.instances import ABSENT, data_file, researchers

RESULTS = Path(__file__).with_name("results.json")
MEETINGS = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[500, 1162, 5000, 10_000])
    parser.add_argument("--full", action="store_true", help="also 100,000 people")
    parser.add_argument("--no-schedule", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if data_file() is None:
        print(f"skipped: {ABSENT}")
        return
    if arguments.one:
        kind, *values = arguments.one.split(":")
        print(json.dumps(allocation_row(int(values[0])) if kind == "a" else schedule_row(*map(int, values))))
        return
    print(machine())
    rows = []
    print("| people | pairs | seconds | gap % | left out | violations | peak MiB |\n|---|---|---|---|---|---|---|")
    for size in [*arguments.sizes, *([100_000] if arguments.full else [])]:
        rows.append(row := _apart(f"a:{size}"))
        print("|", " | ".join(str(value) for value in row.values()), "|", flush=True)
    meetings = []
    if not arguments.no_schedule:
        print("\n| people | slots | unavailable % | most in a row | meetings | placed | bound | violations | seconds |")
        print("|---|---|---|---|---|---|---|---|---|")
        large = ["10000:12:20:4"] if arguments.full else []
        small = ["200:6:0:0", "200:7:0:0", "500:6:0:0", "500:7:0:0", "1162:6:0:0", "1162:7:0:0"]
        for event in [*small, "1000:12:20:0", "1000:12:20:4", *large]:
            meetings.append(row := _apart(f"s:{event}"))
            print("|", " | ".join(str(value) for value in row.values()), "|", flush=True)
    RESULTS.write_text(json.dumps({"machine": machine(), "allocation": rows, "schedule": meetings}, indent=1) + "\n")


def allocation_row(n: int) -> dict[str, float]:
    from matcher.allocation import allocate

    pairs, weights = researchers(n)
    start = time.perf_counter()
    found = allocate(pairs, weights, np.ones(n, dtype=np.int64), np.full(n, MEETINGS))
    seconds = time.perf_counter() - start
    return {
        "people": n,
        "pairs": len(pairs),
        "seconds": round(seconds, 2),
        "gap": round(100 * found.gap, 4),
        "left_out": int((found.degree == 0).sum()),
        "violations": int((found.degree > MEETINGS).sum()),
        "peak_mib": round(peak_mib()),
    }


def schedule_row(n: int, slots: int, unavailable: int, in_a_row: int) -> dict[str, float]:
    from matcher.allocation import allocate
    from matcher.schedule import schedule

    pairs, weights = researchers(n)
    pairs = pairs[allocate(pairs, weights, np.ones(n, dtype=np.int64), np.full(n, MEETINGS)).chosen]
    can_come = np.random.default_rng(0).random((n, slots)) >= unavailable / 100
    start = time.perf_counter()
    found = schedule(pairs, can_come, np.full(slots, n // 2), max_in_a_row=in_a_row, time_limit=60 if unavailable else 30)
    seconds = time.perf_counter() - start
    return {
        "people": n,
        "slots": slots,
        "unavailable": unavailable,
        "in_a_row": in_a_row,
        "meetings": len(pairs),
        "placed": found.placed,
        "bound": found.bound,
        "violations": _violations(pairs, found.slot, can_come, in_a_row),
        "seconds": round(seconds, 2),
    }


def _violations(pairs: np.ndarray, slot: np.ndarray, can_come: np.ndarray, in_a_row: int) -> int:
    placed = np.flatnonzero(slot >= 0)
    count = np.zeros(can_come.shape, dtype=np.int64)
    np.add.at(count, (pairs[placed].ravel(), np.repeat(slot[placed], 2)), 1)
    wrong = int((count > 1).sum() + (count[~can_come] > 0).sum())
    if in_a_row and can_come.shape[1] > in_a_row:
        windows = np.lib.stride_tricks.sliding_window_view(count > 0, in_a_row + 1, axis=1)
        wrong += int(windows.all(axis=2).sum())
    return wrong


def _apart(what: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-m", "benchmarks.scale", "--one", what], check=True, capture_output=True, text=True)
    row: dict[str, float] = json.loads(done.stdout)
    return row


if __name__ == "__main__":
    main()
