"""What a ranking of replies touches is bounded, whatever the conversation and whomever the viewer follows."""

from bench import conversations
from bench.conversations import write_conversations
from bench.threads import MOST
from bench.touched import touched
from loaders.reply_rankings import FOLLOWED_MOST, NEWEST_LOOKED_AT, RANKED_MOST, SOUGHT_MOST

SMALL, LARGE = 100, 800
"""Replies: as many as are looked at by time, and so many more that anything that grows with them would show."""


async def test_a_ranking_of_many_replies_touches_about_what_one_of_few_does(testbed, monkeypatch):
    monkeypatch.setattr(conversations, "OTHERS", SOUGHT_MOST - conversations.REPLIERS + 1)
    async with testbed.parts() as parts:
        written = await write_conversations(parts, (SMALL, LARGE))
        readers, people, bot = written.readers, written.of_people, written.of_bot
        async with parts.graph.driver.session() as session:  # plans of an emptier graph may be others
            await (await session.run("CALL db.clearQueryCaches()")).consume()
        bounds = {"most": RANKED_MOST, "newest": NEWEST_LOOKED_AT, "sought": SOUGHT_MOST, "followed": FOLLOWED_MOST}
        text = parts.graph.catalogue["posts/rank_replies"].text
        for reader, posts in (
            (readers.of_nobody, people), (readers.of_repliers, people), (readers.of_many, people), (readers.of_bot, bot),
        ):  # fmt: skip
            hits = {
                size: (await touched(parts.graph.driver, text, {**bounds, "viewer": reader.key, "posts": [posts[size].id]})).hits
                for size in (SMALL, LARGE)
            }
            assert 0 < hits[LARGE] <= MOST * hits[SMALL], hits
