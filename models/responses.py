"""What was shown to whom and what they answered, and how much of the silence is only that nobody looked.

Position-based model (Richardson, Dominowska and Ragno, WWW 2007): an entry at rank k is looked at with chance e_k, which
depends on the rank alone; whoever looks answers yes with chance r, the worth that a model gives the pair; whoever looks
and would not say yes says no in words with chance d and is silent otherwise. e and d are found by expectation
maximisation with r given (Wang et al., "Position bias estimation for unbiased learning to rank in personal search",
WSDM 2018), so no randomised lists are needed. Weighing each row by the chance that it was looked at keeps every weight
within 0 and 1; inverse propensities, clipped at .15, learned less in a trial (see the card of the default model).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.errors import ModelError

Values = NDArray[np.float64]
Places = NDArray[np.int64]
PSEUDO_ROWS = 10.0
"""Rows at the mean rate that each rank starts with: ranks shown rarely are taken to be like the others."""
LEAST_LOOKED_AT = 0.02
"""Nobody is taken to be certain not to look."""
ROUNDS = 100
"""Steps of expectation maximisation at most; it ends when nothing moves by .0005."""


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Entries of lists that people saw, one row each, in any order.

    Attributes:
        features: (m, F) float32 pair features, in the order the reranker was trained on.
        viewers: (m,) number of the one who was shown the entry; equal numbers are one person.
        ranks: (m,) place in the list, from 1.
        times: (m,) seconds since any start, when it was shown.
        worth: (m,) what was answered, 0 (no thanks) to 1 (interested, met, top rating); NaN where nothing was.
    """

    features: NDArray[np.float32]
    viewers: Places
    ranks: Places
    times: Values
    worth: Values

    def __post_init__(self) -> None:
        """Refuses arrays that do not fit together.

        Raises:
            ModelError: lengths differ, a rank is below 1, or a worth is outside 0 to 1.
        """
        lengths = {len(part) for part in (self.features, self.viewers, self.ranks, self.times, self.worth)}
        if len(lengths) != 1:
            raise ModelError(f"arrays of lengths {sorted(lengths)}", "one row per shown entry in each")
        if len(self.ranks) and self.ranks.min() < 1:
            raise ModelError(f"rank {self.ranks.min()}", "ranks from 1")
        given = self.worth[self.answered]
        if len(given) and (given.min() < 0 or given.max() > 1):
            raise ModelError(f"a worth of {given.min() if given.min() < 0 else given.max()}", "0 to 1, or NaN for silence")

    @property
    def answered(self) -> NDArray[np.bool_]:
        """(m,) True where something was answered."""
        return ~np.isnan(self.worth)

    def __len__(self) -> int:
        return len(self.viewers)

    def __getitem__(self, rows: NDArray[np.bool_] | Places) -> Shown:
        return Shown(self.features[rows], self.viewers[rows], self.ranks[rows], self.times[rows], self.worth[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Attention:
    """How people looked and answered.

    Attributes:
        looked: (k,) chance that an entry at rank 1..k is looked at, never rising; ranks beyond are taken as the last.
        says_no: chance that somebody who looks and is not interested says so.
    """

    looked: Values
    says_no: float

    def at(self, ranks: Places) -> Values:
        """(m,) chance that entries at these ranks are looked at."""
        result: Values = self.looked[np.minimum(ranks, len(self.looked)) - 1]
        return result

    def weights(self, shown: Shown, chance: Values) -> Values:
        """(m,) chance that each entry was looked at, given the answer: 1 where there is one, less for a silence."""
        unseen = 1.0 - self.at(shown.ranks)
        ignored = self.at(shown.ranks) * (1.0 - chance) * (1.0 - self.says_no)
        return np.where(shown.answered, 1.0, ignored / np.maximum(unseen + ignored, 1e-12))

    def log_score(self, shown: Shown, chance: Values) -> Values:
        """(m,) log-likelihood of what was answered or not; a proper score, at most 0, of `chance` (m,) given the attention."""
        looked, r = self.at(shown.ranks), np.clip(chance, 1e-9, 1 - 1e-9)
        yes = np.nan_to_num(shown.worth)
        spoken = np.log(looked) + yes * np.log(r) + (1 - yes) * np.log((1 - r) * self.says_no)
        return np.where(shown.answered, spoken, np.log(np.maximum(1 - looked * (r + (1 - r) * self.says_no), 1e-12)))


def attention(shown: Shown, chance: Values) -> Attention:
    """How people looked and answered, if `chance` (m,) is the worth of each pair to its viewer.

    Only the course over the ranks and the answers in words can be told apart from `chance`: where everybody is silent
    alike, a lower chance of looking explains as much as a lower worth, and the worth given is believed.
    """
    from sklearn.isotonic import IsotonicRegression

    if not len(shown):
        return Attention(np.ones(1), 0.5)
    most = int(shown.ranks.max())
    steps, size = np.arange(most), np.bincount(shown.ranks - 1, minlength=most)
    silent = ~shown.answered
    noes = float((1.0 - shown.worth[shown.answered]).sum())
    found = Attention(np.full(most, 0.6), 0.5)
    for _ in range(ROUNDS):
        weight = found.weights(shown, chance)
        rate = (np.bincount(shown.ranks - 1, weight, most) + PSEUDO_ROWS * weight.mean()) / (size + PSEUDO_ROWS)
        looked = IsotonicRegression(increasing=False).fit(steps, rate, size + PSEUDO_ROWS).predict(steps)
        says_no = (noes + 0.5) / (noes + float(weight[silent].sum()) + 1.0)
        # At most .999, so that a silence is never impossible.
        new = Attention(np.clip(looked, LEAST_LOOKED_AT, 0.999), min(says_no, 0.999))
        moved = max(float(np.abs(new.looked - found.looked).max()), abs(new.says_no - found.says_no))
        found = new
        if moved < 0.0005:
            break
    return found


def effective(weights: Values) -> float:
    """Kish's effective sample size (1965), (sum w)^2 / sum w^2: how many equally weighted rows tell as much.

    >>> effective(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    total = float((weights**2).sum())
    return float(weights.sum()) ** 2 / total if total > 0 else 0.0


def worth_of(answer: str, met: bool | None = None, rating: int | None = None) -> float | None:
    """What an answer says of the worth of meeting, 0 to 1; NaN for a silence, None where it says nothing about it.

    A rating (1 to 5) counts more than an answer before the meeting, and that more than only having met. Who already
    knows the other tells nothing about the worth of an introduction: such entries are left out.

    Raises:
        ModelError: an unknown answer, or a rating outside 1 to 5.

    >>> worth_of("interested"), worth_of("no_thanks", met=True, rating=4), worth_of(""), worth_of("already_know")
    (1.0, 0.75, nan, None)
    """
    known = {"interested": 1.0, "no_thanks": 0.0, "met": 1.0, "already_know": None, "": 1.0 if met else float("nan")}
    if answer not in known:
        raise ModelError(f"the response {answer!r}", f"one of {', '.join(name for name in known if name)}, or nothing")
    if rating is None:
        return known[answer]
    if not 1 <= rating <= 5:
        raise ModelError(f"a rating of {rating}", "1 to 5")
    return (rating - 1) / 4
