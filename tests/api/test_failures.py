"""What clients see while one of the servers is down, and that all is well when it is back."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.api.product import DELETE, FOLLOW, LIKE, LOG_IN, PASSWORD, POST, SIGN_UP, UNFOLLOW, UNLIKE
from tests.api.test_pictures import COMPLETE, NODE, REQUEST, photo, requested, sent, uploaded
from tests.api.test_profiles import UPDATE

AT_ONCE = 3.0
"""Seconds: far below any time limit, and enough for a busy machine."""
READ = """query ($id: ID!) {
  post(id: $id) { text likeCount viewerLikes }
  user(username: "mira") { followerCount postCount }
}"""


@asynccontextmanager
async def without(kill: Callable[[], None], start: Callable[[], None]) -> AsyncIterator[None]:
    await asyncio.to_thread(kill)
    try:
        yield
    finally:
        await asyncio.to_thread(start)


async def test_without_the_graph_every_write_is_refused_at_once_and_taken_again_when_it_is_back(product, servers):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    picture = (await requested(product, mira, photo()))["picture"]["id"]
    writes = {
        SIGN_UP: {"username": "kim", "email": "kim@example.org", "password": PASSWORD},
        LOG_IN: {"login": "mira", "password": PASSWORD},
        UPDATE: {"bio": "Birds."},
        FOLLOW: {"userId": jo.id},
        UNFOLLOW: {"userId": jo.id},
        POST: {"text": "Hello again."},
        LIKE: {"postId": post},
        UNLIKE: {"postId": post},
        DELETE: {"postId": post},
        REQUEST: {"contentType": "image/jpeg", "size": 1_000},
        COMPLETE: {"mediaId": picture},
    }
    async with without(servers.neo4j.kill, servers.neo4j.start):
        for document, given in writes.items():
            began = time.monotonic()
            answer = await product.ask(document, mira, input=given)
            assert (answer.code, time.monotonic() - began < AT_ONCE) == ("UNAVAILABLE", True), document
    del writes[COMPLETE]  # nothing was sent
    for document, given in writes.items():
        await product.run(document, mira, input=given)


async def test_without_redis_people_read_and_write_and_nobody_signs_in(product, servers):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(mira)
    await product.like(mira, post)
    await product.run(READ, mira, id=post)
    async with without(servers.redis.kill, servers.redis.start):
        given = {"username": "kim", "email": "kim@example.org", "password": PASSWORD}
        assert (await product.ask(SIGN_UP, input=given)).code == "UNAVAILABLE"
        assert (await product.ask(LOG_IN, input={"login": "mira", "password": PASSWORD})).code == "UNAVAILABLE"
        await product.like(jo, post)
        await product.follow(jo, mira)
        await product.run(UPDATE, mira, input={"bio": "Birds."})
        reply = await product.post(jo, "Indeed.", replyToId=post)
        home = await product.run("{ homeTimeline { edges { node { id } } } peopleYouMayKnow { mutualCount } }", jo)
        assert [edge["node"]["id"] for edge in home["homeTimeline"]["edges"]] == [post]
        await product.delete(jo, reply)
        seen = await product.run(READ, jo, id=post)
        assert seen["post"] == {"text": "Hello.", "likeCount": 2, "viewerLikes": True}
        assert seen["user"] == {"followerCount": 1, "postCount": 1}
    await product.settle_when_redis_is_back()
    assert await product.run(READ, jo, id=post) == seen
    await product.sign_up("lee")


async def test_without_the_store_only_pictures_fail(product, servers):
    mira = await product.sign_up("mira")
    ready = await uploaded(product, mira, photo())
    await product.settle()
    upload = await requested(product, mira, photo())
    await sent(upload, photo())
    given = {"mediaId": upload["picture"]["id"]}
    large = (await product.run(NODE, mira, id=ready))["node"]["largeUrl"]
    async with without(servers.s3.kill, servers.s3.start):
        assert (await product.ask(COMPLETE, mira, input=given)).code == "UNAVAILABLE"
        assert (await product.served.http.get(large)).status_code == 503
        post = await product.post(mira, mediaIds=[ready])
        await product.like(mira, post)
        found = await product.run("query ($id: ID!) { post(id: $id) { media { ... on Picture { largeUrl } } } }", id=post)
        assert found["post"]["media"] == [{"largeUrl": large}]
    assert (await product.run(COMPLETE, mira, input=given))["completeUpload"]["picture"]["state"] == "PROCESSING"
    assert (await product.served.http.get(large)).status_code == 200
