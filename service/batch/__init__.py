"""Many events at once, on this machine or on a Ray cluster: the same task functions, the same bytes."""
