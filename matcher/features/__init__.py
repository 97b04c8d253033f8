"""Features of ordered pairs of people, and the vectors that retrieval searches."""

from .background import anchors
from .event_features import FEATURE_FAMILIES, FEATURE_NAMES, EventFeatures

__all__ = ["FEATURE_FAMILIES", "FEATURE_NAMES", "EventFeatures", "anchors"]
