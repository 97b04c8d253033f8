"""Whole-job time with the share of each stage, cold and warm, and peak memory: `python -m benchmarks.speed [--people 160 1400]`.

Each run is a process of its own. Cold: no vector is known. Warm: the same command again. Beside it, in a process of its own,
the bare `SentenceTransformer.encode` on the same distinct passages.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.machine import machine

RESULTS = Path(__file__).with_name("results.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[160, 1400])
    parser.add_argument("--full", action="store_true", help="also 10,000 people")
    arguments = parser.parse_args()
    sizes = [*arguments.people, *([10_000] if arguments.full else [])]
    print(machine())
    rows = [row for size in sizes for row in measure(size)]
    print(table(rows))
    RESULTS.write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1) + "\n")


def measure(size: int) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "people.csv")
        _write_event(file, size)
        work = [sys.executable, "-m", "benchmarks.speed.worker", str(file), folder]
        bare = _run([*work, "bare"])
        return [
            {"people": size, "run": run, **_run([*work, "job"]), "bare encode": bare["bare encode"]} for run in ("cold", "warm")
        ]


def _write_event(file: Path, size: int) -> None:
    from matcher.data import generator

    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, generator.COLUMNS)
        writer.writeheader()
        writer.writerows(generator.people(size))


def _run(command: list[str]) -> dict[str, float]:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {key: float(value) for key, value in json.loads(done.stdout.splitlines()[-1]).items()}


def table(rows: list[dict[str, object]]) -> str:
    """Returns a Markdown table: a line a run, a column a stage, seconds."""
    columns = list(rows[0])
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for row in rows:
        cells = [f"{row[c]:.2f}" if isinstance(row[c], float) else str(row[c]) for c in columns]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
