"""A linear model that learns whole lists: whom somebody should meet first, and by whom somebody should be found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


class Lists:
    """Pairs grouped into lists by one of their sides, for softmax within each list.

    Args:
        groups: (m,) the side that has the list.
        gains: (m,) worth of each pair, 0 for none; lists without any are left out.
    """

    def __init__(self, groups: NDArray[np.int64], gains: Values) -> None:
        self.order = np.argsort(groups, kind="stable")
        ordered = groups[self.order]
        self.starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        self.sizes = np.diff(np.concatenate([self.starts, [len(ordered)]]))
        total = np.add.reduceat(gains[self.order], self.starts)
        self.counted = total > 0
        self.lists = max(1, int(self.counted.sum()))
        self.target = gains[self.order] / np.repeat(np.maximum(total, 1e-12), self.sizes)

    def loss(self, scores: Values) -> tuple[float, Values]:
        """Mean cross-entropy of the lists (ListNet, Cao et al., ICML 2007), and its gradient (m,) by the scores."""
        ordered = scores[self.order]
        top = np.repeat(np.maximum.reduceat(ordered, self.starts), self.sizes)
        weight = np.exp(ordered - top)
        total = np.repeat(np.add.reduceat(weight, self.starts), self.sizes)
        log_share = ordered - top - np.log(total)
        counted = np.repeat(self.counted, self.sizes) / self.lists
        gradient = np.empty_like(scores)
        gradient[self.order] = (weight / total - self.target) * counted
        return float(-(self.target * log_share * counted).sum()), gradient


def fit_listwise(events: Sequence[tuple[NDArray[np.float32], Sequence[tuple[Lists, float]]]], penalty: float, steps: int) -> Any:
    """A scikit-learn `Ridge` with coefficients that minimise the lists' mean loss plus penalty * |w|^2; no intercept.

    Args:
        events: Per event standardised features (m, F), and lists with their weights.
        penalty: L2 penalty.
        steps: Iterations of L-BFGS at most.
    """
    from scipy.optimize import minimize
    from sklearn.linear_model import Ridge

    width = events[0][0].shape[1]

    def objective(w: Values) -> tuple[float, Values]:
        loss, gradient = penalty * float(w @ w), 2.0 * penalty * w
        for x, lists in events:
            scores = (x @ w.astype(np.float32)).astype(np.float64)
            slope = np.zeros(len(x))
            for one, share in lists:
                value, part = one.loss(scores)
                loss += share * value / len(events)
                slope += share * part / len(events)
            gradient = gradient + (x.T @ slope.astype(np.float32)).astype(np.float64)
        return loss, gradient

    found = minimize(objective, np.zeros(width), jac=True, method="L-BFGS-B", options={"maxiter": steps})
    model = Ridge(fit_intercept=False)
    model.coef_, model.intercept_, model.n_features_in_ = found.x, 0.0, width
    return model
