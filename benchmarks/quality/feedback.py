"""Learning from an event's own answers, simulated on judged events: does it help, and whom does it favour?

The model at the start has not seen the event (leave one event out). The judges' grades are the true chance that somebody
who looks says yes. In each round a random half of the people look at their list: the ten best whom they have not answered
about yet. An entry at rank k is looked at with chance k^-0.7; of those looked at and not wanted, three in ten get a no in
words, the others silence. After each round the model may learn from all answers so far; quality is measured on the judges'
grades of all pairs, never on the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matcher.models.evaluation import geometric, mutual_hits, ndcg
from matcher.models.feedback import learn
from matcher.models.reranker import Reranker
from matcher.models.responses import Shown
from matcher.models.training import TrainingEvent
from numpy.typing import NDArray

from matcher.judged import JudgedEvent

from .leave_one_out import as_matrix

Matrix = NDArray[np.float64]
GRADES = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0)
WELCOME = (0.02, 0.2, 0.5, 0.65, 0.8, 0.9, 0.97)
"""Chance of a yes at each grade."""
LENGTH = 10
ROUNDS = 9
FADING = 0.7
SAYS_NO = 0.3
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Round:
    """Where an event stands before a round."""

    answers: int
    ndcg: float
    hit: float
    welcome: float
    """Mean true chance of a yes in the first five of everybody's list."""
    gini: float
    """Unevenness of how often people stand on the lists of ten: 0 all alike, 1 one person only."""
    used: bool
    """Whether a learned model is in use."""


def gini(counts: NDArray[np.int64]) -> float:
    """Gini coefficient of counts, 0 for all alike.

    >>> gini(np.array([1, 1, 1])), gini(np.array([0, 0, 4]))
    (0.0, 0.6666666666666666)
    """
    ordered = np.sort(counts)
    n, place = len(ordered), np.arange(1, len(ordered) + 1)
    return float(((2 * place - n - 1) * ordered).sum() / max(1, n * ordered.sum()))


def simulate(
    judged: JudgedEvent, event: TrainingEvent, prior: Reranker, seed: int, learning: bool = True, most: int | None = None
) -> list[Round]:
    """The rounds of one event; `most` keeps only the first so many answers, and what was shown before them."""
    rng = np.random.default_rng(seed)
    n = len(judged.attendees)
    truth = np.zeros(judged.grades.shape)
    truth[judged.allowed] = np.interp(event.grades, GRADES, WELCOME)
    row_of = np.full(judged.grades.shape, -1)
    row_of[judged.allowed] = np.arange(len(event.grades))
    model, used, answers = prior, False, 0
    fresh = judged.allowed.copy()
    entries: list[tuple[NDArray[np.int64], ...]] = []
    worth: list[Matrix] = []
    rounds: list[Round] = []
    for number in range(ROUNDS):
        values = as_matrix(judged, model.value(event.features))
        chance = np.zeros(judged.grades.shape)
        chance[judged.allowed] = model.probability(event.features)
        mutual = geometric(chance)
        best = np.argsort(-np.where(judged.allowed, mutual, -1), axis=1, kind="stable")[:, :LENGTH]
        rounds.append(
            Round(
                answers,
                float(np.nanmean(ndcg(values, judged.grades, judged.allowed))),
                float(np.nanmean(mutual_hits(mutual, judged.grades, judged.allowed)[0])),
                float(np.take_along_axis(truth, best[:, :5], axis=1).mean()),
                gini(np.bincount(best.ravel(), minlength=n)),
                used,
            )
        )
        looking = np.sort(rng.permutation(n)[: n // 2])
        viewers, ranks = np.repeat(looking, LENGTH), np.tile(np.arange(1, LENGTH + 1), len(looking))
        others = np.argsort(-np.where(fresh, mutual, -1), axis=1, kind="stable")[looking, :LENGTH].ravel()
        looked = rng.random(len(viewers)) < ranks**-FADING
        yes = rng.random(len(viewers)) < truth[viewers, others]
        says_no = rng.random(len(viewers)) < SAYS_NO
        said = np.where(looked & yes, 1.0, np.where(looked & says_no, 0.0, np.nan))
        fresh[viewers, others] = np.isnan(said)
        entries.append((row_of[viewers, others], viewers, ranks, np.full(len(viewers), number) + rng.random(len(viewers))))
        worth.append(said)
        rows, who, rank, time = (np.concatenate(part) for part in zip(*entries, strict=True))
        seen = Shown(event.features[rows], who, rank, time, np.concatenate(worth))
        if most is not None:
            order = np.argsort(seen.times)
            seen = seen[order[np.cumsum(seen.answered[order]) <= most]]
        answers = int(seen.answered.sum())
        if learning:
            learned = learn(prior, seen)
            model, used = (learned.reranker, True) if learned.better else (model, used)
    return rounds


def report(
    judged: Sequence[JudgedEvent], arrays: Sequence[TrainingEvent], priors: Sequence[Reranker], say: Say, seeds: int = 2
) -> dict[str, list[list[float]]]:
    """Per way of answering, and round: answers, nDCG@10, hit@5, chance of a yes, Gini, share of events that use what was learned.

    Means over events and seeds; each row of `priors` has not seen its event.
    """
    ways: dict[str, dict[str, object]] = {
        "no learning": {"learning": False},
        "learning": {},
        "learning from ten answers": {"most": 10},
    }
    found: dict[str, list[list[float]]] = {}
    for way, options in ways.items():
        runs = [
            simulate(one, array, prior, seed, **options)  # type: ignore[arg-type]
            for one, array, prior in zip(judged, arrays, priors, strict=True)
            for seed in range(seeds)
        ]
        table = [[[r.answers, r.ndcg, r.hit, r.welcome, r.gini, r.used] for r in run] for run in runs]
        found[way] = np.mean(np.array(table, dtype=float), axis=0).tolist()
        say(f"feedback: {way}")
    return found


def markdown(found: dict[str, list[list[float]]]) -> str:
    """The rounds as a table."""
    lines = [
        "| way | answers so far | nDCG@10 | hit@5 | a yes, if looked at | exposure Gini | learned model used |",
        "|---" * 7 + "|",
    ]
    for way, rounds in found.items():
        lines += [f"| {way} | {r[0]:.0f} | {r[1]:.3f} | {r[2]:.3f} | {r[3]:.3f} | {r[4]:.2f} | {r[5]:.0%} |" for r in rounds]
    return "\n".join(lines) + "\n"
