"""The map of the event: one point per person, like minds near each other."""

from __future__ import annotations

import numpy as np

from matcher.similarity import PeopleVectors

MOST_NEIGHBOURHOODS = 2_000
"""People up to whom t-SNE (van der Maaten and Hinton, JMLR 2008) is drawn; more are projected by PCA, in seconds."""

COARSE = 0.8
"""How coarsely t-SNE sums up those far away: a quarter less time than at .5, neighbourhoods as true (.969 of both)."""


def positions(people: PeopleVectors, seed: int) -> tuple[tuple[float, float], ...]:
    """Returns one (x, y) per person, in [-1, 1], from who they are and what they offer; alike for the same seed."""
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    features = np.hstack([people.self, people.offer]).astype(np.float64)
    n = len(features)
    if n < 3 or not features.any():
        return tuple((0.0, 0.0) for _ in range(n))
    width = min(30, n - 1)
    solver = "full" if n <= features.shape[1] else "covariance_eigh"  # both exact; the second is quicker for tall matrices
    reduced = PCA(n_components=width, svd_solver=solver, random_state=seed).fit_transform(features)
    plane = reduced[:, :2] if width >= 2 else np.column_stack([reduced[:, 0], np.zeros(n)])
    if 10 <= n <= MOST_NEIGHBOURHOODS:
        start = plane / max(float(plane[:, 0].std()), 1e-12) * 1e-4
        # one thread: several spend most of their time waiting for each other at this size, and sum in another order
        with threadpool_limits(limits=1):
            tsne = TSNE(perplexity=min(30, n // 4), init=start, random_state=seed, max_iter=300, angle=COARSE)
            plane = tsne.fit_transform(reduced)
    plane = plane - plane.mean(axis=0)
    plane = plane / max(float(np.abs(plane).max()), 1e-12)
    return tuple((round(float(x), 3), round(float(y), 3)) for x, y in plane)
