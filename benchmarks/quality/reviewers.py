"""`python -m benchmarks.quality.reviewers`: the gold standard of expertise (Stelmakh et al., arXiv 2303.16750).

Nothing is trained on it. A person is their papers, a paper is its title and the passages of its abstract, as the
product cuts them; expertise is the mean over a person's nearest papers, by meaning and by words.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import sys
from pathlib import Path

import numpy as np
from matcher.models.encoder import Encoder
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher.sentences import passages

NEAREST = 3
"""Papers of a person that count, the nearest ones."""
MEANING = 0.6
"""Weight of meaning beside words, both standardised over all pairs; fixed before looking."""
Matrix = NDArray[np.float64]


def score(pairs: dict[str, list[tuple[float, float]]]) -> tuple[float, float, float]:
    """(loss, easy accuracy, hard accuracy) by the official scoring; per person a list of (rating, prediction)."""
    loss = most = easy = easy_right = hard = hard_right = 0.0
    for rows in pairs.values():
        for one in range(len(rows)):
            for other in range(one):
                t, p = rows[one][0] - rows[other][0], rows[one][1] - rows[other][1]
                high, low = max(rows[one][0], rows[other][0]), min(rows[one][0], rows[other][0])
                most += abs(t)
                loss += abs(t) if p * t < 0 else abs(t) / 2 if p * t == 0 else 0.0
                if high >= 4 and low <= 2:
                    easy, easy_right = easy + 1, easy_right + (p * t > 0)
                if low >= 4 and t != 0:
                    hard, hard_right = hard + 1, hard_right + (p * t > 0)
    return loss / most, easy_right / max(easy, 1), hard_right / max(hard, 1)


def main() -> None:
    root = Path(os.environ.get("MATCHER_EVALUATION_DATA", "../shared/data")) / "reviewer_gold"
    if not root.is_dir():
        print(f"skipped: no {root}; set MATCHER_EVALUATION_DATA", file=sys.stderr)
        return
    with gzip.open(root / "papers.jsonl.gz", "rt", encoding="utf-8") as stream:
        papers = [json.loads(line) for line in stream]
    with gzip.open(root / "profiles.jsonl.gz", "rt", encoding="utf-8") as stream:
        profiles = {str(row["participant_id"]): row["versions"] for row in map(json.loads, stream)}
    with gzip.open(root / "ratings.csv.gz", "rt", encoding="utf-8") as stream:
        ratings = [(row["participant_id"], row["paper_id"], float(row["expertise"])) for row in csv.DictReader(stream)]
    place = {str(paper["id"]): at for at, paper in enumerate(papers)}
    texts = [f"{paper['title']}. {paper['abstract'] or ''}" for paper in papers]
    pieces = [(at, piece) for at, text in enumerate(texts) for piece in passages(text)]
    vectors = Encoder(cache=Path(".cache/vectors.sqlite")).encode([piece for _, piece in pieces], progress=True)
    meaning = np.zeros((len(papers), vectors.shape[1]))
    lengths = np.array([[len(piece)] for _, piece in pieces])
    np.add.at(meaning, [at for at, _ in pieces], vectors * lengths)
    meaning /= np.maximum(np.linalg.norm(meaning, axis=1, keepdims=True), 1e-9)
    dense: Matrix = meaning @ meaning.T
    lexical = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2).fit_transform(texts)
    words: Matrix = (lexical @ lexical.T).toarray()

    def nearest(similar: Matrix, paper: str, profile: list[str]) -> float:
        found = np.sort(similar[place[paper], [place[str(one)] for one in profile]])[::-1]
        return float(found[:NEAREST].mean())

    results: dict[str, list[tuple[float, float, float]]] = {"meaning": [], "words": [], "both": []}
    for version in map(str, range(1, 11)):
        known = [r for r in ratings if profiles[r[0]].get(version)]
        columns = np.array([[nearest(s, paper, profiles[who][version]) for s in (dense, words)] for who, paper, _ in known])
        standard = (columns - columns.mean(axis=0)) / columns.std(axis=0)
        both = MEANING * standard[:, 0] + (1 - MEANING) * standard[:, 1]
        for name, predicted in (("meaning", columns[:, 0]), ("words", columns[:, 1]), ("both", both)):
            pairs: dict[str, list[tuple[float, float]]] = {}
            for (who, _, rating), value in zip(known, predicted, strict=True):
                pairs.setdefault(who, []).append((rating, float(value)))
            results[name].append(score(pairs))
    print("| method | loss | easy | hard |\n|---|---|---|---|")
    for name, found in results.items():
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in np.mean(found, axis=0)) + " |")


if __name__ == "__main__":
    main()
