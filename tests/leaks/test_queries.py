"""Nobody is told of what they may not see, whichever way they ask."""

import pytest

from tests.leaks.table import SEEN_BY, VIEWERS
from tests.leaks.walk import OPERATIONS, REFUSALS, leaks, seen


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_no_way_leads_to_what_is_hidden(walk, world, viewer):
    answers = [answer async for answer in walk.answers(viewer)]
    assert [leak for answer in answers for leak in leaks(world, answer)] == []
    assert {code for answer in answers for code in answer.codes} <= REFUSALS
    assert seen(world, answers, viewer) == {thing for thing, seen_by in SEEN_BY.items() if viewer in seen_by}


@pytest.mark.parametrize("feed", ["HOME", "PUBLIC"])
async def test_positions_stand_at_what_was_hidden_since(walk, feed):
    made = next(made for made in OPERATIONS if made.root == "readingPosition" and f"feed: {feed}" in made.text)
    assert (await walk.ask("follower", made, {})).data != {made.root: None}


async def test_who_does_not_want_to_be_found_is_suggested_to_nobody(walk, world):
    made = next(made for made in OPERATIONS if made.root == "peopleYouMayKnow" and "person {" in made.text)
    suggested = [each["person"]["id"] for each in (await walk.ask("stranger", made, {})).data[made.root]]
    assert world.user("far") in suggested
    assert world.user("shy") not in suggested
