"""Allocation and schedule by size of the event, on real researchers and resampled from them."""
