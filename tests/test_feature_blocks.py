import numpy as np
import pytest

from matcher.features.blocks import block_values
from matcher.features.channels import CHANNELS, channel_values


def test_blocks_and_pairs_give_the_same_values(climate):
    event, _ = climate
    features = event.features
    people = np.arange(0, len(event.attendees), 7)
    block = block_values(features.representation, features._intents, people, people)
    pairs = np.array([(a, b) for a in people for b in people])
    single = channel_values(features.representation, features._intents, pairs).reshape(block.shape)
    assert block.shape == (len(people), len(people), len(CHANNELS))
    assert np.abs(block - single).max() < 1e-4


def test_one_pair_alone_has_the_features_that_it_has_among_many(climate):
    event, _ = climate
    pairs = np.array([(a, b) for a in range(40) for b in range(40, len(event.attendees))])
    many = event.features.directed(pairs)
    assert event.features.directed(pairs[7:8])[0] == pytest.approx(many[7], abs=2e-3)
