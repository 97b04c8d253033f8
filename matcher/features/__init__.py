"""Features of ordered pairs of people, and the vectors that retrieval searches."""

from .event_features import FEATURE_FAMILIES, FEATURE_NAMES, EventFeatures

__all__ = ["FEATURE_FAMILIES", "FEATURE_NAMES", "EventFeatures"]
