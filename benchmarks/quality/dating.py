"""`python -m benchmarks.quality.dating`: real two-sided decisions (Fisman et al., 2006), leave one wave out.

Only what was known before the evening is used. Two directed models give P(yes); how they are best combined is measured
against a joint model of the match.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SHARED = ("attr", "sinc", "intel", "fun", "amb")
Matrix = NDArray[np.float64]


def features(pairs: pd.DataFrame, people: pd.DataFrame, me: str, other: str) -> Matrix:
    """(m, F) what is known of the chooser, of the chosen, and of both, before they meet; missing values as the mean."""
    interests = list(people.loc[:, "sports":"yoga"].columns)
    mine, theirs = people.loc[pairs[me]].reset_index(drop=True), people.loc[pairs[other]].reset_index(drop=True)
    solo = ["age", "date", "go_out", "exphappy", *(f"{name}3_1" for name in SHARED)]
    columns = {f"my_{name}": mine[name] for name in (*solo, "attr1_1_norm", *interests)}
    columns |= {f"their_{name}": theirs[name] for name in (*solo, *interests)}
    gap = theirs["age"] - mine["age"]
    columns |= {"gap": gap, "distance": gap.abs(), "int_corr": pairs["int_corr"].reset_index(drop=True)}
    columns |= {"same_field": (mine["field_cd"] == theirs["field_cd"]) * 1.0, "same_goal": (mine["goal"] == theirs["goal"]) * 1.0}
    columns["fit"] = sum(mine[f"{name}1_1_norm"] * theirs[f"{name}3_1"] for name in SHARED)
    frame = pd.DataFrame(columns).astype(float)
    return np.asarray(frame.fillna(frame.mean()).fillna(0.0))


def main() -> None:
    root = Path(os.environ.get("MATCHER_EVALUATION_DATA", "../shared/data")) / "speed_dating"
    if not root.is_dir():
        print(f"skipped: no {root}; set MATCHER_EVALUATION_DATA", file=sys.stderr)
        return
    pairs = pd.read_csv(root / "pairs.csv.gz")
    people = pd.read_csv(root / "people.csv.gz").set_index("iid")
    women, men = features(pairs, people, "iid_f", "iid_m"), features(pairs, people, "iid_m", "iid_f")
    joint = np.hstack([women, men])
    match, wave = pairs["match"].to_numpy(), pairs["wave"].to_numpy()

    def predict(x: Matrix, y: NDArray[np.int64], train: NDArray[np.bool_]) -> Matrix:
        model = make_pipeline(StandardScaler(), LogisticRegression(C=0.002, max_iter=500)).fit(x[train], y[train])
        return np.asarray(model.predict_proba(x)[:, 1])

    ways = ("constant", "product", "harmonic mean", "geometric mean", "minimum", "joint model")
    found = {way: np.zeros(len(pairs)) for way in ways}
    for out in np.unique(wave):
        train = wave != out
        f, m = predict(women, pairs["dec_f"].to_numpy(), train), predict(men, pairs["dec_m"].to_numpy(), train)
        raw = {
            "product": f * m,
            "harmonic mean": 2 * f * m / (f + m),
            "geometric mean": np.sqrt(f * m),
            "minimum": np.minimum(f, m),
        }
        for way, score in raw.items():
            # The same one-feature calibration for each way, learned on the other waves.
            log = np.log(score)[:, None]
            calibrated = LogisticRegression().fit(log[train], match[train])
            found[way][~train] = calibrated.predict_proba(log)[~train, 1]
        found["joint model"][~train] = predict(joint, match, train)[~train]
        found["constant"][~train] = match[train].mean()
    print("| way | log loss of a match | within-wave AUC |\n|---|---|---|")
    for way, p in found.items():
        waves = [w for w in np.unique(wave) if 0 < match[wave == w].sum() < (wave == w).sum()]
        sizes = [(wave == w).sum() for w in waves]
        auc = np.average([roc_auc_score(match[wave == w], p[wave == w]) for w in waves], weights=sizes)
        print(f"| {way} | {log_loss(match, p):.4f} | {auc:.3f} |")


if __name__ == "__main__":
    main()
