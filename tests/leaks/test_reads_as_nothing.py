"""What is hidden is answered exactly as what never was, by queries and by mutations."""

from typing import Any

import pytest

from tests.leaks.nothing import asking_by_id, hidden_from, never_was
from tests.leaks.paths import whole
from tests.leaks.table import NOBODY, SEEN_BY, VIEWERS
from tests.leaks.walk import CORE, OPERATIONS
from tests.leaks.world import PERSONAS, SHUT, WALL

MUTATIONS = [made for made in whole(CORE, "mutation") if "input" in made.variables]
TOLD_APART = {
    ("blocked", "block", WALL): "whoever blocks the viewer is blocked as anybody is, so that nobody finds out",
    ("blocking", "block", SHUT): "it is done already",
    ("blocking", "unblock", SHUT): "one must be able to take a block back",
}
"""Mutations that know of somebody who is hidden from the viewer, and why. They come last: they change the world."""
QUOTED = "one's own post can be taken out of what quotes it, also where the one who quotes blocks its author"
OWN = {
    "removeBookmark": "the answer has the viewer's own folder, in which the bookmark stood, whatever became of the post",
    "detachQuote": QUOTED,
    "reattachQuote": QUOTED,
}
"""Mutations that tell viewers of what is their own, and why."""


@pytest.mark.parametrize("viewer", VIEWERS)
async def test_queries_answer_alike(walk, world, viewer):
    near = [made for made in OPERATIONS if not made.far]
    names = [name for name in world.town.people if viewer not in SEEN_BY.get(name, {viewer})]
    asked = 0
    for made in near:
        for variable, type_ in made.variables.items():
            if "ID" in str(type_):
                many = "[" in str(type_)
                ids = [(id_, never_was(id_)) for id_ in hidden_from(world, viewer)]
                pairs: list[tuple[Any, Any]] = [([one], [other]) for one, other in ids] if many else [*ids]
            elif "username" in variable.lower():
                pairs = [(name, "nobody_ever") for name in names]
            else:
                continue
            base = walk.given(made)[-1]
            for hidden, nothing in pairs:
                answers = [await walk.ask(viewer, made, {**base, variable: each}) for each in (hidden, nothing)]
                assert answers[0].text == answers[1].text, (made.root, variable, hidden)
                asked += 1
    assert asked > 20


@pytest.mark.parametrize("viewer", [NOBODY, *PERSONAS])
async def test_mutations_answer_alike(walk, world, viewer):
    apart, asked = {(who, what, world.user(whom)) for who, what, whom in TOLD_APART}, set()
    for ask in asking_by_id(MUTATIONS):
        for hidden in hidden_from(world, viewer):
            if (viewer, ask.made.root, hidden) not in apart and ask.made.root not in OWN:
                seen = []
                for each in (hidden, never_was(hidden)):
                    answer = await walk.ask(viewer, ask.made, ask.given(each))
                    # An answer may repeat the id that it was given, which tells nothing.
                    seen.append(answer.text.replace(each, "given") if ask.is_id else answer.errors)
                assert seen[0] == seen[1], (ask.made.root, ask.given(hidden))
                asked.add(ask.made.root)
    assert asked >= {"follow", "block", "likePost", "createPost", "setPostAudience", "muteTopic", "updateProfile"}


@pytest.mark.parametrize(("viewer", "mutation", "whom"), [one for one in TOLD_APART if one[1:] != ("unblock", SHUT)])
async def test_a_block_works_though_one_is_hidden_from_the_other(walk, world, viewer, mutation, whom):
    made = next(made for made in MUTATIONS if made.root == mutation)
    for name in ("far", whom):
        answer = await walk.ask(viewer, made, {"input": {"userId": world.user(name)}})
        assert answer.data[mutation]["user"]["id"] == world.user(name)
        told = answer.data[mutation]["user"]
        assert (told["bio"], told["location"], told["avatar"]) == ("", None, None)
        assert mutation == "unblock" or not told["posts"]["edges"] + told["followers"]["edges"]
    await world.town.unblock(viewer, "far")
    if whom == WALL:
        await world.town.unblock(viewer, WALL)
