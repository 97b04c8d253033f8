"""`python -m benchmarks.quality [report|train]`: the quality tables, or the shipped model anew."""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from matcher.models.encoder import Encoder
from matcher.models.evaluation import bootstrap, calibration, geometric
from matcher.models.reranker import DEFAULT
from matcher.models.training import Recipe, TrainingEvent, calibrate, train

from matcher.features import FEATURE_FAMILIES, FEATURE_NAMES, EventFeatures
from matcher.judged import read_events

from . import conferences, dating, fairness, feedback, reviewers
from .baselines import BASELINES
from .calibrated import abstention, strength_rates
from .judging import training_event
from .leave_one_out import RECIPES, as_matrix, chosen_recipes, quality, trained, values_of, without


def say(text: str) -> None:
    print(f"[{time.perf_counter() - START:5.0f} s] {text}", file=sys.stderr, flush=True)


START = time.perf_counter()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("task", nargs="?", choices=("report", "train"), default="report")
    parser.add_argument("--out", type=Path, default=Path("out/quality"), help="folder for report.json and report.md")
    parser.add_argument("--model", type=Path, default=DEFAULT, help="folder for the trained model")
    parser.add_argument("--cache", type=Path, default=Path(".cache/vectors.sqlite"))
    parser.add_argument("--fast", action="store_true", help="the standard recipe in every fold, no ablation")
    options = parser.parse_args()
    encoder = Encoder(cache=options.cache)
    judged = read_events()
    say("features of the judged events")
    arrays = [training_event(event, encoder) for event in judged]
    if options.task == "train":
        found = options.out / "report.json"
        metrics = json.loads(found.read_text(encoding="utf-8")) if found.exists() else {}
        reranker = train(arrays, FEATURE_NAMES, Recipe(), say)
        reranker.save(options.model, {"encoder": encoder.name, "leave_one_event_out": metrics})
        say(f"saved to {options.model}")
        return
    rows: dict[str, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = {}
    for event in judged:
        features = EventFeatures(event.attendees, encoder)
        for name, score in BASELINES.items():
            found = score(features)
            rows.setdefault(name, []).append(quality(event, found, (found + found.T) / 2))
    recipes = ["logistic + listwise, penalty 0.1"] * len(judged)
    if not options.fast:
        recipes = chosen_recipes(judged, arrays, FEATURE_NAMES, say)
    models = [trained(others(arrays, k), RECIPES[recipes[k]], FEATURE_NAMES) for k in range(len(arrays))]
    values = [model.value(event.features) for model, event in zip(models, arrays, strict=True)]
    say("leave one event out done")
    chances = []
    for k, event in enumerate(judged):
        # The calibration for event k is learned on the other events' values, each predicted without itself.
        calibrator = calibrate([values[j] for j in range(len(judged)) if j != k], others(arrays, k))
        models[k] = replace(models[k], calibrator=calibrator)
        chances.append(models[k].probability(arrays[k].features))
        p = as_matrix(event, chances[k])
        rows.setdefault("learned", []).append(quality(event, as_matrix(event, values[k]), geometric(np.maximum(p, 0))))
    happened = [event.grades >= 1 for event in arrays]
    report: dict[str, object] = {"events": [event.name for event in judged], "recipes": recipes}
    report["methods"] = {name: summary(found) for name, found in rows.items()}
    fit_of = calibration(np.concatenate(chances), np.concatenate(happened))
    report["calibration"] = {"brier": fit_of.brier, "log_loss": fit_of.log_loss, "error": fit_of.error, "bins": fit_of.bins}
    mutual = [geometric(np.maximum(as_matrix(event, p), 0)) for event, p in zip(judged, chances, strict=True)]
    report["strength"] = strength_rates(judged, mutual)
    report["abstention"] = abstention(judged, mutual)
    report["fairness"] = fairness.fairness(judged, rows["learned"], mutual)
    report["feedback"] = feedback.report(judged, arrays, models, say, seeds=1)
    write(report, options.out)
    if not options.fast:
        report["ablation"] = ablation(judged, arrays)
        write(report, options.out)
    print(markdown(report))
    for title, part in (("Who should meet", conferences), ("Speed dating", dating), ("Reviewer gold standard", reviewers)):
        say(title)
        print(f"\n## {title}\n")
        part.main()
    say("done")


def write(report: dict[str, object], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    (folder / "report.md").write_text(markdown(report), encoding="utf-8")


def others(arrays: list[TrainingEvent], k: int) -> list[TrainingEvent]:
    return [event for at, event in enumerate(arrays) if at != k]


def summary(found: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> dict[str, object]:
    rng = np.random.default_rng(0)
    result: dict[str, object] = {}
    for at, name in enumerate(("ndcg@10", "mutual hit@5", "mutual precision@5")):
        interval = bootstrap([row[at] for row in found], rng)
        result[name] = {
            "mean": interval.mean,
            "low": interval.low,
            "high": interval.high,
            "events": [float(np.nanmean(row[at])) for row in found],
        }
    return result


def ablation(judged: list, arrays: list[TrainingEvent]) -> dict[str, list[float]]:
    """Per family left out: (change of nDCG@10, change of mutual hit@5), logistic member alone."""

    def run(kept: np.ndarray) -> tuple[float, float]:
        names = [name for name, keep in zip(FEATURE_NAMES, kept, strict=True) if keep]
        some = without(arrays, kept)
        scores = []
        for k, event in enumerate(judged):
            matrix = as_matrix(event, values_of(others(some, k), Recipe(listwise_weight=0.0), some[k], names))
            scores.append([np.nanmean(part) for part in quality(event, matrix, matrix + matrix.T)[:2]])
        return tuple(np.mean(scores, axis=0))

    families = np.array([FEATURE_FAMILIES[name] for name in FEATURE_NAMES])
    whole = run(np.ones(len(families), dtype=bool))
    result = {}
    for family in dict.fromkeys(families):
        part = run(families != family)
        result[str(family)] = [float(part[0] - whole[0]), float(part[1] - whole[1])]
        say(f"without {family}: nDCG@10 {part[0] - whole[0]:+.4f}, mutual hit@5 {part[1] - whole[1]:+.3f}")
    return result


def markdown(report: dict) -> str:
    events = report["events"]
    lines = ["| method | nDCG@10 [95 %] | hit@5 [95 %] | " + " | ".join(events) + " |", "|---" * (3 + len(events)) + "|"]
    for name, row in report["methods"].items():
        n, h, p = (row[key] for key in ("ndcg@10", "mutual hit@5", "mutual precision@5"))
        per = [f"{a:.3f} · {c:.2f}/{b:.2f}" for a, b, c in zip(n["events"], h["events"], p["events"], strict=True)]
        whole = [f"{x['mean']:.3f} [{x['low']:.3f}, {x['high']:.3f}]" for x in (n, h)]
        lines.append(f"| {name} | {whole[0]} | {whole[1]} | " + " | ".join(per) + " |")
    lines.append(
        "\nPer event: nDCG@10 · mutual precision@5 / hit@5. Recipes chosen inside the training events: "
        + "; ".join(f"{event}: {recipe}" for event, recipe in zip(events, report["recipes"], strict=True))
        + "."
    )
    c = report["calibration"]
    lines += [
        f"\nCalibration on unseen events: Brier {c['brier']:.4f}, log loss {c['log_loss']:.4f}, error {c['error']:.4f}.",
        "\n| predicted | observed | pairs |",
        "|---|---|---|",
    ]
    lines += [f"| {a:.3f} | {b:.3f} | {n} |" for a, b, n in c["bins"]]
    lines += ["\n| mutual score | pairs | both welcome | at least one |", "|---|---|---|---|"]
    lines += [f"| {name} | {n} | {both:.2f} | {one:.2f} |" for name, (n, both, one) in report["strength"].items()]
    lines += ["\n| top five, at least this mutual score | people with any | of which mutual |", "|---|---|---|"]
    lines += [f"| {floor:.2f} | {share:.2f} | {good:.2f} |" for floor, share, good in report["abstention"]]
    lines += ["\n" + fairness.markdown(report["fairness"]), feedback.markdown(report["feedback"])]
    if "ablation" in report:
        lines += ["\n| left out | nDCG@10 | hit@5 |", "|---|---|---|"]
        lines += [f"| {name} | {a:+.4f} | {b:+.3f} |" for name, (a, b) in report["ablation"].items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
