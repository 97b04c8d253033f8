"""What learns, and what was learned: the encoder, the reranker, their training and their evaluation.

Everything here knows arrays, not attendees, and imports nothing of `matcher` but `matcher.errors`.
"""
