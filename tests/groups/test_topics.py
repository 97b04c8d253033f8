from matcher.groups.topics import topic


def test_the_phrase_that_most_share_is_the_topic_as_it_was_written():
    goals = ["Waste heat for a greenhouse", "Buyers of waste heat", "A roof for 200 kW"]
    assert topic(goals, [0.9, 0.8, 0.1], ["Seed money"]) == "Waste heat"


def test_a_phrase_that_everybody_uses_says_nothing():
    goals = ["Waste heat for a greenhouse", "Buyers of waste heat"]
    assert topic(goals, [0.5, 0.9], ["waste heat", "more waste heat"]) == "“Buyers of waste heat”"


def test_the_nearest_goal_of_a_length_that_reads_well_is_quoted():
    assert topic(["and steam", "or sites with steam below 160 degrees"], [0.8, 0.75], []) == "“Sites with steam below 160 degrees”"
