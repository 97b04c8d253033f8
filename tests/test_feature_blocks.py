import numpy as np
import pytest

from matcher.features.blocks import block_values
from matcher.features.candidate_values import CandidateValues
from matcher.features.channels import CHANNELS, channel_values
from matcher.features.star import star_values


def test_blocks_and_pairs_give_the_same_values(climate):
    event, _ = climate
    features = event.features
    people = np.arange(0, len(event.attendees), 7)
    block = block_values(features.representation, features.intents, people, people)
    pairs = np.array([(a, b) for a in people for b in people])
    single = channel_values(features.representation, features.intents, pairs).reshape(block.shape)
    assert block.shape == (len(people), len(people), len(CHANNELS))
    assert np.abs(block - single).max() < 1e-4


def test_one_pair_alone_has_the_features_that_it_has_among_many(climate):
    event, _ = climate
    pairs = np.array([(a, b) for a in range(40) for b in range(40, len(event.attendees))])
    many = event.features.directed(pairs)
    assert event.features.directed(pairs[7:8])[0] == pytest.approx(many[7], abs=2e-3)


def test_one_person_against_others_gives_the_values_of_a_block(climate):
    event, _ = climate
    rep, intents = event.features.representation, event.features.intents
    others = np.arange(3, len(event.attendees), 5)
    there, back = star_values(rep, intents, 2, others)
    assert np.abs(there - block_values(rep, intents, np.array([2]), others)[0]).max() < 1e-5
    assert np.abs(back - block_values(rep, intents, others, np.array([2]))[:, 0]).max() < 1e-5


def test_both_directions_are_each_direction(climate):
    event, _ = climate
    pairs = np.array([(a, b) for a in range(10) for b in range(40, 80)])
    for chosen in (pairs, pairs[:40]):
        there, back = event.features.both_directions(chosen)
        np.testing.assert_allclose(there, event.features.directed(chosen), atol=2e-3)
        np.testing.assert_allclose(back, event.features.directed(chosen[:, ::-1]), atol=2e-3)


def test_candidates_of_many_people_have_the_values_of_single_pairs(climate):
    event, _ = climate
    rep, intents = event.features.representation, event.features.intents
    pairs = event.candidates()[:3000:3]
    there, back = CandidateValues(rep, intents).both_ways(pairs)
    assert np.abs(there - channel_values(rep, intents, pairs)).max() < 1e-5
    assert np.abs(back - channel_values(rep, intents, pairs[:, ::-1])).max() < 1e-5
