"""A picture that becomes ready, or is refused, changes the posts that it hangs on."""

import pytest

from graph.ids import new_id
from graph.rows.media import MediaState
from services.media import records
from services.media.refusals import Refusal
from services.posts.writing import Draft
from tests.live.clients import HOME
from tests.live.conftest import post_id, told
from tests.live.test_user_posts import USER_POSTS, user

PICTURES = "{ cursor post { id media { state } } }"
ADD = """MATCH (u:User {id: $owner})
CREATE (:Media {id: $id, ownerId: u.id, state: 'PROCESSING', contentType: 'image/png', bytes: 9, alt: '',
                createdAt: u.createdAt})"""


@pytest.fixture
async def hanging(live):
    """A picture that is processed, and two posts that it hangs on."""
    picture, bea = new_id(), live.town.people["bea"]
    async with live.town.parts.graph.driver.session() as session:
        await (await session.run(ADD, owner=bea.id, id=picture)).consume()
    writing = live.town.parts.services.writing
    posts = [(await writing.create(bea, Draft(text, media_ids=[picture]))).id for text in ("one", "two")]
    await live.town.deliver()
    return picture, posts


@pytest.mark.parametrize("refused", [False, True])
async def test_posts_change_when_their_picture_is_ready_or_refused(live, hanging, refused):
    picture, posts = hanging
    writer = live.town.parts.writer
    home = HOME.replace("{ cursor post { id text audience } }", PICTURES)
    of_bea = USER_POSTS.replace("{ cursor post { id text audience } }", PICTURES)
    async with live.stream("ada", home) as ada, live.stream("dov", of_bea, user=user(live, "bea")) as dov:
        await live.joined("ada")
        await live.town.delete("bea", posts.pop())
        await live.town.deliver()
        for socket in (ada, dov):
            assert told(await socket.next())[0] == "Removed"
        if refused:
            assert await records.refuse(writer, picture, MediaState.PROCESSING, Refusal.LOST)
        else:
            assert await records.ready(writer, picture, 8, 8, "LEHV6nWB2yk8pyo0adR*.7kCMdnj")
        await live.town.deliver()
        for socket in (ada, dov):
            event = await socket.next()
            assert told(event) == ("Changed", post_id(posts[0]))
            assert event["post"]["media"] == ([] if refused else [{"state": "READY"}])
        marker = await live.town.post("bea", "nothing of the post that is gone")
        await live.town.deliver()
        for socket in (ada, dov):
            assert told(await socket.next()) == ("Added", post_id(marker))
