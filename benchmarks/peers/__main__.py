"""Introductions and lists beside the open solvers: `python -m benchmarks.peers [--sizes 500 1162] [--seconds 60] [--no-market]`.

Every solver runs in a process of its own and is stopped a little after the time limit. The bound is ours, proven by the linear
relaxation; a gap below 0 would refute it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.machine import machine
from benchmarks.peers import market as tomita
from benchmarks.peers.solvers import SOLVERS, NoAnswer
from benchmarks.scale.instances import ABSENT, data_file, researchers

RESULTS = Path(__file__).with_name("results.json")
CAP = 6
MARKETS = 10
PAPER = {"by transferable utility": "32.2, 0.1 s", "iterated assignment (IterLP)": "37.6, 10.7 s"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=[500, 1162, 5000])
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit of each solver")
    parser.add_argument("--no-market", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        size, name = arguments.one.split(":", 1)
        print(json.dumps(row(int(size), name, arguments.seconds)))
        return
    print(machine(), f"load {os.getloadavg()[0]:.1f}", sep="; ")
    found: dict[str, object] = {"machine": machine(), "load": os.getloadavg()[0], "seconds": arguments.seconds}
    if not arguments.no_market:
        found["market"] = markets()
    if data_file() is None:
        print(f"introductions skipped: {ABSENT}")
    else:
        found["introductions"] = introductions(arguments.sizes, arguments.seconds)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")


def introductions(sizes: list[int], seconds: float) -> list[dict[str, object]]:
    rows, stopped = [], {}
    print("\n| people | solver | seconds | total | gap to our bound % | both ways % | with nobody | violations |")
    print("|---|---|---|---|---|---|---|---|")
    for size in sizes:
        for name in SOLVERS:
            each = _nothing(size, name, stopped[name]) if name in stopped else _apart(size, name, seconds)
            if each["seconds"] == f"stopped after {seconds + 30:.0f} s":
                stopped[name] = f"not run: stopped at {size}"
            rows.append(each)
            print("|", " | ".join(str(value) for value in each.values()), "|", flush=True)
    return rows


def row(size: int, name: str, seconds: float) -> dict[str, object]:
    from matcher.allocation import allocate

    pairs, weights = researchers(size)
    bound = allocate(pairs, weights, np.ones(size, dtype=np.int64), np.full(size, CAP), time_limit=0.0).bound
    start = time.perf_counter()
    try:
        chosen = SOLVERS[name](pairs, weights, size, CAP, seconds)
    except ImportError as missing:
        return _nothing(size, name, f"not installed: {missing.name}")
    except NoAnswer:
        return _nothing(size, name, f"nothing in {seconds:.0f} s")
    taken = time.perf_counter() - start
    both = np.vstack([pairs, pairs[:, ::-1]])[chosen] if len(chosen) > len(pairs) else pairs[chosen]
    mutual, share = chosen, 1.0
    if len(chosen) > len(pairs):  # directed: a pair counts where both directions were chosen
        mutual = chosen[: len(pairs)] & chosen[len(pairs) :]
        share = 2 * mutual.sum() / len(both)
    degree = np.bincount(pairs[mutual].ravel(), minlength=size)
    total = float(weights[mutual].sum())
    return {
        "people": size,
        "solver": name,
        "seconds": round(taken, 2),
        "total": round(total, 3),
        "gap": round(100 * (bound - total) / bound, 4),
        "both_ways": round(100 * share, 1),
        "nobody": int((degree == 0).sum()),
        "violations": int((degree > CAP).sum()),
    }


def _nothing(size: int, name: str, why: str) -> dict[str, object]:
    return {"people": size, "solver": name, "seconds": why} | dict.fromkeys(
        ("total", "gap", "both_ways", "nobody", "violations"), ""
    )


def _apart(size: int, name: str, seconds: float) -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.peers", "--one", f"{size}:{name}", "--seconds", str(seconds)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 30)
    except subprocess.TimeoutExpired:
        return _nothing(size, name, f"stopped after {seconds + 30:.0f} s")
    found: dict[str, object] = json.loads(done.stdout)
    return found


def markets() -> list[dict[str, object]]:
    """Expected matches and envy, the mean of ten markets of 50 and 50, λ = .5, with the standard error."""
    rows = []
    print(f"\n| lists | in the paper | matches | envy | mean of the tenth that matches least | seconds | ({MARKETS} markets)")
    print("|---|---|---|---|---|---|")
    for name, lists_of in tomita.METHODS.items():
        found = []
        for seed in range(MARKETS):
            m = tomita.market(50, 0.5, seed)
            start = time.perf_counter()
            lists = lists_of(m)
            taken = time.perf_counter() - start
            matches = m.matches(lists)
            each = np.sort(np.concatenate([matches.sum(axis=0), matches.sum(axis=1)]))
            found.append((matches.sum(), m.envy(lists), each[: len(each) // 10].mean(), taken))
        mean, error = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / np.sqrt(MARKETS)
        rows.append(
            {
                "lists": name,
                "paper": PAPER.get(name, ""),
                "matches": f"{mean[0]:.2f} ± {error[0]:.2f}",
                "envy": round(mean[1], 1),
                "least": round(mean[2], 3),
                "seconds": round(mean[3], 3),
            }
        )
        print("|", " | ".join(str(value) for value in rows[-1].values()), "|", flush=True)
    return rows


if __name__ == "__main__":
    main()
