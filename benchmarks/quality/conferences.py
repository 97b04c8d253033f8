"""`python -m benchmarks.quality.conferences`: who published together for the first time after a conference (`who_should_meet`).

Leave one conference out: a listwise linear model over similarities of earlier abstracts is trained on the other three. Two
tasks, as the data's README defines them: strangers (no shared co-author, not of one institution), by texts alone; and all
pairs, where it is also known how many co-authors the two share and whether they are colleagues.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matcher.models.encoder import Encoder
from matcher.models.listwise import Lists, fit_listwise
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher.sentences import passages

NAMES = ("acl2017", "lrec2016", "icra2011", "icra2014")
TOP = 10
PENALTY = 0.01
"""L2 penalty beside a mean cross-entropy of about 6; .003 to .03 do alike."""
Matrix = NDArray[np.float64]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Conference:
    """One conference; n people, matrices (n, n), symmetric."""

    name: str
    people: list[dict[str, object]]
    excluded: NDArray[np.bool_]
    positive: NDArray[np.bool_]
    strangers: NDArray[np.bool_]
    weak: NDArray[np.bool_]
    common: Matrix
    """Shared earlier co-authors."""
    colleagues: NDArray[np.bool_]

    def task(self, strangers: bool) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(relevant, pool), both (n, n)."""
        pool = ~self.excluded & ~np.eye(len(self.people), dtype=bool)
        if not strangers:
            return self.positive & pool, pool
        return self.strangers & pool, pool & ~self.weak & ~(self.positive & ~self.strangers)


def read(root: Path, name: str) -> Conference:
    with gzip.open(root / name / "attendees.jsonl.gz", "rt", encoding="utf-8") as stream:
        people = [json.loads(line) for line in stream]
    place = {person["id"]: at for at, person in enumerate(people)}
    n = len(people)

    def rows(file: str) -> list[tuple[int, int, dict[str, str]]]:
        with gzip.open(root / name / file, "rt", encoding="utf-8", newline="") as stream:
            return [(place[row["id_a"]], place[row["id_b"]], row) for row in csv.DictReader(stream)]

    masks = {key: np.zeros((n, n), dtype=bool) for key in ("excluded", "positive", "strangers", "weak", "colleagues")}
    common = np.zeros((n, n))
    for a, b, _ in rows("prior_coauthors.csv.gz"):
        masks["excluded"][[a, b], [b, a]] = True
    for file, key in (("future_coauthors.csv.gz", "positive"), ("weak_ties.csv.gz", "weak")):
        for a, b, row in rows(file):
            masks[key][[a, b], [b, a]] = True
            common[[a, b], [b, a]] = float(row["common_prior_coauthors"] or 0)
            masks["colleagues"][[a, b], [b, a]] = row["same_affiliation"] in {"1", "1.0"}
            masks["strangers"][[a, b], [b, a]] |= row.get("strangers") == "1"
    return Conference(name, people, common=common, **masks)


def similarities(conference: Conference, encoder: Encoder) -> dict[str, Matrix]:
    """Similarities (n, n) by name."""
    long = [str(person["text_long"] or person["text"]) for person in conference.people]
    short = [str(person["text"]) for person in conference.people]

    def cosine(texts: list[str], **options: object) -> Matrix:
        found = TfidfVectorizer(sublinear_tf=True, min_df=2, dtype=np.float32, **options).fit_transform(texts)
        return np.asarray((found @ found.T).toarray(), dtype=np.float64)

    pieces = [(at, piece) for at, text in enumerate(long) for piece in passages(text)]
    owner = np.array([at for at, _ in pieces])
    vectors = encoder.encode([piece for _, piece in pieces])
    mean = np.zeros((len(long), vectors.shape[1]))
    np.add.at(mean, owner, vectors)
    mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
    starts = np.flatnonzero(np.diff(owner, prepend=-1))  # everybody has a text
    nearest = np.maximum.reduceat(vectors @ vectors.T, starts, axis=1)
    best = np.maximum.reduceat(nearest, starts, axis=0).astype(np.float64)
    each = np.add.reduceat(nearest, starts, axis=0) / np.bincount(owner)[:, None]
    return {
        "TF-IDF, long text": cosine(long, stop_words="english"),
        "TF-IDF, newest": cosine(short, stop_words="english"),
        "word pairs": cosine(long, stop_words="english", ngram_range=(2, 2)),
        "letters": cosine(short, analyzer="char_wb", ngram_range=(3, 5), max_features=100_000),
        "all-MiniLM, mean of passages": mean @ mean.T,
        "all-MiniLM, best passages": best,
        "all-MiniLM, each passage's best": (each + each.T) / 2,
    }


def columns(conference: Conference, similar: dict[str, Matrix], contacts: bool) -> list[Matrix]:
    """Features (n, n) of the one in the column for the one in the row."""
    n = len(conference.people)
    found: list[Matrix] = []
    for matrix in similar.values():
        apart = np.where(np.eye(n, dtype=bool), np.nan, matrix)
        found.append((matrix - np.nanmean(apart, axis=1, keepdims=True)) / np.nanstd(apart, axis=1, keepdims=True))
        # Near for the other too, among all whom the other could meet: hubs are near everybody.
        rank = np.argsort(np.argsort(-np.nan_to_num(apart, nan=-9), axis=1, kind="stable"), axis=1)
        found += [-np.log1p(rank), -np.log1p(rank.T)]
    for key in ("n_prior_papers", "n_prior_abstracts"):
        count = np.log1p([float(str(person[key] or 0)) for person in conference.people])
        found.append(np.broadcast_to((count - count.mean()) / max(count.std(), 1e-9), (n, n)))
    last = np.array([float(str(person["last_prior_year"] or 0)) for person in conference.people])
    found.append(np.broadcast_to(np.clip(last - last.max(), -5, 0), (n, n)))
    if contacts:
        shared = np.log1p(conference.common)
        found += [shared, (conference.common > 0) * 1.0, conference.colleagues * 1.0, shared * conference.colleagues]
    return found


def measures(scores: Matrix, relevant: NDArray[np.bool_], pool: NDArray[np.bool_]) -> Matrix:
    """(q, 3) hit@10, recall@10, reciprocal rank of the people with anybody relevant; ties by position."""
    rows = []
    for a in np.flatnonzero(relevant.any(axis=1)):
        others = np.flatnonzero(pool[a])
        right = relevant[a, others][np.argsort(-scores[a, others], kind="stable")]
        rows.append((float(right[:TOP].any()), right[:TOP].sum() / right.sum(), 1.0 / (1 + int(np.argmax(right)))))
    return np.array(rows).reshape(-1, 3)


def learned(train: list[tuple[list[Matrix], NDArray[np.bool_], NDArray[np.bool_]]], test: list[Matrix]) -> Matrix:
    """(n, n) scores of a conference by a model trained on the others; features standardised over the training pools."""
    blocks = []
    for found, relevant, pool in train:
        queries = np.flatnonzero(relevant.any(axis=1))
        a, b = np.nonzero(pool[queries])
        x = np.column_stack([matrix[queries[a], b] for matrix in found]).astype(np.float32)
        blocks.append((x, Lists(a, relevant[queries[a], b] * 1.0)))
    mean = np.mean([x.mean(axis=0) for x, _ in blocks], axis=0)
    spread = np.maximum(np.mean([x.std(axis=0) for x, _ in blocks], axis=0), 1e-6)
    scaled = [(((x - mean) / spread).astype(np.float32), [(lists, 1.0)]) for x, lists in blocks]
    weight = fit_listwise(scaled, PENALTY, 200).coef_ / spread
    return np.asarray(sum(w * matrix for w, matrix in zip(weight, test, strict=True)))


def report(root: Path, cache: Path, say: Say) -> dict[str, dict[str, list[Matrix]]]:
    """Per task and method one (q, 3) array of measures per conference."""
    encoder = Encoder(cache=cache)
    events, similar = [], []
    for name in NAMES:
        events.append(read(root, name))
        similar.append(similarities(events[-1], encoder))
        say(f"who_should_meet: {name}")
    rng = np.random.default_rng(0)
    found: dict[str, dict[str, list[Matrix]]] = {}
    for task, strangers in (("strangers", True), ("all pairs", False)):
        tables = [event.task(strangers) for event in events]
        features = [columns(event, one, contacts=not strangers) for event, one in zip(events, similar, strict=True)]
        rows: dict[str, list[Matrix]] = {}
        for k, (event, (relevant, pool)) in enumerate(zip(events, tables, strict=True)):
            n = len(event.people)
            popular = np.array([float(str(person["n_prior_papers"] or 0)) for person in event.people])
            plain = {"random": rng.random((n, n)), "popularity": np.broadcast_to(popular, (n, n))}
            shown = ("TF-IDF, long text", "all-MiniLM, mean of passages", "all-MiniLM, best passages")
            plain |= {name: similar[k][name] for name in shown}
            if not strangers:
                plain["shared co-authors"] = event.common
            others = [(features[j], *tables[j]) for j in range(len(events)) if j != k]
            plain["learned on the other three"] = learned(others, features[k])
            for method, scores in plain.items():
                rows.setdefault(method, []).append(measures(scores, relevant, pool))
        found[task] = rows
        say(f"who_should_meet: {task}")
    return found


def markdown(found: dict[str, dict[str, list[Matrix]]], root: Path) -> str:
    """The tables, all queries of the four conferences pooled, 95 % intervals over queries."""
    rng = np.random.default_rng(0)

    def interval(values: Matrix) -> str:
        drawn = values[rng.integers(len(values), size=(1000, len(values)))].mean(axis=1)
        low, high = np.quantile(drawn, [0.025, 0.975])
        return f"{values.mean():.3f} [{low:.3f}, {high:.3f}]"

    lines: list[str] = []
    for task, rows in found.items():
        lines += [
            f"\n**{task}**\n",
            "| method | hit@10 [95 %] | recall@10 | MRR | hit@10: " + " | ".join(NAMES) + " |",
            "|---" * (4 + len(NAMES)) + "|",
        ]
        for method, events in rows.items():
            whole = np.concatenate(events)
            each = " | ".join(f"{event[:, 0].mean():.3f}" for event in events)
            lines.append(f"| {method} | {interval(whole[:, 0])} | {whole[:, 1].mean():.3f} | {whole[:, 2].mean():.3f} | {each} |")
        if task != "strangers":
            known = [json.loads((root / name / "baselines.json").read_text())["all"]["adamic_adar"] for name in NAMES]
            sizes = [len(event) for event in rows["random"]]
            hit, recall, mrr = np.average(known, axis=0, weights=sizes)
            each = " | ".join(f"{one[0]:.3f}" for one in known)
            lines.append(f"| Adamic-Adar, full graph (published with the data) | {hit:.3f} | {recall:.3f} | {mrr:.3f} | {each} |")
        base = np.concatenate(rows["TF-IDF, long text"])
        better = np.concatenate(rows["learned on the other three"]) - base
        names = ("hit@10", "recall@10", "MRR")
        gains = "; ".join(f"{name} {interval(better[:, at])}" for at, name in enumerate(names))
        lines.append(f"\nLearned less TF-IDF, paired by query, {len(base)} queries: {gains}.")
    return "\n".join(lines) + "\n"


def main() -> None:
    root = Path(os.environ.get("MATCHER_EVALUATION_DATA", "../shared/data")) / "who_should_meet"
    if not root.is_dir():
        print(f"skipped: no {root}; set MATCHER_EVALUATION_DATA", file=sys.stderr)
        return
    found = report(root, Path(".cache/vectors.sqlite"), lambda text: print(text, file=sys.stderr, flush=True))
    print(markdown(found, root))


if __name__ == "__main__":
    main()
