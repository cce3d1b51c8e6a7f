"""Streams show what posts quote, and tell that it was detached."""

from services.posts.writing import Draft
from tests.live.clients import HOME
from tests.live.conftest import post_id, subscribed, told

QUOTES = HOME.replace("text author { username } likeCount", "quote { state post { id text } }").replace(
    "text audience", "quote { state post { id text } }"
)


async def quoting(town, who: str, post: str) -> str:
    row = await town.parts.services.writing.create(town.people[who], Draft("Look.", quote_of=post))
    return str(row.id)


async def test_each_is_shown_what_they_may_see_of_a_quote_and_told_that_it_is_detached(live, stack_of):
    town = live.town
    await town.settle("fan1")
    post = await town.post("cid", "the other post")
    await town.block("cid", "dov")
    await town.mute("fan1", "cid")
    for name in ("ada", "dov", "fan1"):
        await town.follow(name, "bea")
    await town.deliver()
    sockets = await subscribed(live, stack_of, ["ada", "dov", "fan1", "bea"], QUOTES)
    quote = await quoting(town, "bea", post)
    await town.deliver()
    shown = {"id": post_id(post), "text": "the other post"}
    expected = {"ada": ("SHOWN", shown), "dov": ("HIDDEN", None), "fan1": ("MUTED", shown), "bea": ("SHOWN", shown)}
    for name, (state, quoted) in expected.items():
        event = await sockets[name].next()
        assert (told(event), event["post"]["quote"]) == (("Added", post_id(quote)), {"state": state, "post": quoted}), name
    await town.parts.services.quoting.detach(town.people["cid"], quote)
    await town.deliver()
    for name in expected:
        event = await sockets[name].next()
        assert (told(event), event["post"]["quote"]) == (("Changed", post_id(quote)), {"state": "DETACHED", "post": None}), name
    await town.parts.services.quoting.reattach(town.people["cid"], quote)
    await town.deliver()
    for name, (state, _) in expected.items():
        assert (await sockets[name].next())["post"]["quote"]["state"] == state
