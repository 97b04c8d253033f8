"""Whole-job time by stage, with peak memory and the limit beside it: `python -m benchmarks.speed [--people 160 1400]`.

Each run is a process of its own. Cold: no vector is known. Warm: the same command again. Then once more with 1 % of the
profiles changed. Beside them, in a process of its own, the bare `SentenceTransformer.encode` on the same distinct passages.
Growth is measured with means of word vectors in place of encoded texts, beside the products of exact search at the rate of
this machine, the linear program of the allocation alone, and the share of the 50 best that the search finds which the event
has chosen.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import available_mib, machine

Row = dict[str, Any]
RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="*", default=[160, 1_400], help="sizes with the encoder")
    parser.add_argument("--growth", type=int, nargs="*", default=[1_000, 3_000, 10_000], help="sizes with means of word vectors")
    parser.add_argument("--full", action="store_true", help="also 30,000 and 100,000 (half an hour, 12 GiB)")
    arguments = parser.parse_args()
    growth = [*arguments.growth, *([30_000, 100_000] if arguments.full else [])]
    print(machine())
    found: dict[str, list[Row]] = {"encoded": [], "growth": []}
    for kind, sizes, measure in (("encoded", arguments.people, encoded), ("growth", growth, unencoded)):
        for size in sizes:
            found[kind] += measure(size)
            RESULTS.write_text(json.dumps({"machine": machine(), **found}, indent=1) + "\n")
        if found[kind]:
            print(f"\n{table(found[kind])}", flush=True)
    if len(found["growth"]) > 1:
        first, last = found["growth"][0], found["growth"][-1]
        grown = {name: float(row["all but encoding"]) for name, row in (("first", first), ("last", last))}
        people = {name: float(row["people"]) for name, row in (("first", first), ("last", last))}
        exponent = math.log(grown["last"] / grown["first"]) / math.log(people["last"] / people["first"])
        print(f"\nAll but encoding grows with people to the power of {exponent:.2f}.")


def encoded(size: int) -> list[Row]:
    """The whole job three times: nothing known, everything known, and 1 % of the profiles changed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "people.csv")
        write_event(file, size)
        work = [sys.executable, "-m", "benchmarks.speed.worker", str(file), folder]
        bare = _run([*work, "bare"])
        rows = []
        for run in ("cold", "warm", "1 % changed"):
            if run == "1 % changed":
                write_event(file, size, changed=max(1, size // 100))
            rows.append(_row(size, run, _run([*work, "job"]), bare))
        return rows


def unencoded(size: int) -> list[Row]:
    """The job with word vectors, beside the products that exact search of everybody needs."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "people.csv")
        write_event(file, size)
        work = [sys.executable, "-m", "benchmarks.speed.worker", str(file), folder]
        limit = _run([*work, "products"])
        return [_row(size, "word vectors", _run([*work, "unencoded"]), limit)]


def _row(size: int, run: str, stages: dict[str, float], limit: dict[str, float]) -> Row:
    return {"people": size, "run": run, **limit, **stages, "load": round(os.getloadavg()[0], 1)}


def write_event(file: Path, size: int, changed: int = 0) -> None:
    """Writes a generated event; the first `changed` people look for something that nobody has looked for."""
    from matcher.data import generator

    rows = list(generator.people(size))
    for number, row in enumerate(rows[:changed]):
        row["seeking"] = f"Somebody who has moved {number + 3} laboratories from one city to another within a single week."

    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, generator.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def _run(command: list[str]) -> dict[str, float]:
    """What the process tells, and the most memory that it and its children took together."""
    free = lowest = available_mib()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        while process.poll() is None:
            lowest = min(lowest, available_mib())
            time.sleep(0.2)
        told = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    found = {key: float(value) for key, value in json.loads(told.splitlines()[-1]).items()}
    return found | {"all processes MiB": free - lowest}


def table(rows: list[Row]) -> str:
    """Returns a Markdown table: a line a run, a column a stage, seconds."""
    columns = list(rows[0])
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for row in rows:
        cells = [f"{row[c]:.2f}" if isinstance(row[c], float) else str(row[c]) for c in columns]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
