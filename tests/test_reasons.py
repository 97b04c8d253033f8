import re

from matcher.profiles import Attendee, Goal, GoalForm
from matcher.reasons import Meeting, one_sided_reason, opening, quote, reason

ADA = Attendee("a", "Ada Berg", first_name="Ada", seeking="A site owner who can drop load within 15 minutes.")
BELA = Attendee("b", "Bela Costa", first_name="Bela", offering="Nine megawatts, off in four seconds.")
GOAL = Goal("A site owner who can drop load within 15 minutes.", GoalForm.OPERATIONAL)
MEETS = Meeting(GOAL, "Nine megawatts, off in four seconds.", "offering")


def test_a_reason_quotes_both_and_names_the_other():
    assert reason(ADA, BELA, MEETS, 0) == (
        "You look for “A site owner who can drop load within 15 minutes”. Bela Costa offers “Nine megawatts, off in four seconds”."
    )


def test_reasons_in_one_list_do_not_read_alike():
    told = [re.sub("“.*?”", "“”", reason(ADA, BELA, MEETS, turn)) for turn in range(5)]
    assert len(set(told)) == 5


def test_a_goal_that_was_inferred_is_called_so():
    implied = Meeting(Goal("I cook for 900", GoalForm.PERSONAL, inferred=True), "A farm", "bio")
    assert "no goal" in reason(ADA, BELA, implied, 0)
    assert "“”" not in opening(BELA, implied, 0)


def test_words_that_are_far_from_a_goal_are_not_told_as_its_answer():
    far = Meeting(GOAL, "Bread on Fridays.", "offering", far=True)
    told = [reason(ADA, BELA, far, turn) for turn in range(5)]
    assert told[1] == (
        "Bela Costa offers “Bread on Fridays”. Ask what that could mean for “A site owner who can drop load within 15 minutes”."
    )
    assert len({re.sub("“.*?”", "“”", each) for each in told}) == 5
    assert not any("speaks to" in each or "may know the way" in each for each in told)
    assert reason(ADA, BELA, Meeting(GOAL, "Baker, Mill", "title", far=True), 0).endswith("Bela Costa is “Baker, Mill”.")


def test_a_quotation_within_a_quotation_is_closed():
    assert quote("One that's not 'weekends'") == "“One that's not 'weekends'”"
    assert quote("“Bread on Fridays.”") == "“Bread on Fridays”"


def test_a_one_sided_case_says_so():
    assert "Mostly for Bela Costa" in one_sided_reason(ADA, BELA, MEETS, 0)


def test_an_opening_line_speaks_to_the_other():
    assert opening(BELA, MEETS, 0).startswith("Hi Bela, I read “Nine megawatts, off in four seconds” in your profile.")


def test_braces_and_quotes_in_profiles_do_no_harm():
    odd = Meeting(Goal('{goal} "x"', GoalForm.PERSONAL), "{other} {0}", "bio")
    assert "{other} {0}" in reason(ADA, BELA, odd, 0)


def test_long_quotations_are_cut_at_a_word():
    assert quote("word " * 60).endswith("word…”")
    assert len(quote("x" * 500)) <= 143
