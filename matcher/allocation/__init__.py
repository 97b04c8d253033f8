"""The whole event at once: introductions as a maximum-weight b-matching with minimum targets and caps, on any graph.

Maximise Σ w_e·x_e − M·Σ s_i over x_e in {0, 1} and shortfalls s_i ≥ 0, subject to Σ_{e∋i} x_e ≤ upper_i and
Σ_{e∋i} x_e + s_i ≥ lower_i. The linear relaxation is a minimum-cost flow (`relaxation`) whose prices are a proof: no choice is
worth more. It decides nearly all pairs and leaves some at one half, in closed trails (`halves`); what an odd trail must give
up is won back along alternating paths (`paths`), and where few pairs are open, an integer program finishes (`exact`).
"""

from __future__ import annotations

from matcher.allocation.fairness import Fair, allocate_fairly
from matcher.allocation.rounds import rounds
from matcher.allocation.whole_event import Allocation, allocate

__all__ = ["Allocation", "Fair", "allocate", "allocate_fairly", "rounds"]
