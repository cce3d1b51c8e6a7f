"""How often people may post, follow and like; and what is never limited."""

import asyncio
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from errors import FollowingCeiling, TooManyWrites
from parts import open_parts
from services.accounts.viewer import Viewer
from services.posts.writing import Draft
from services.write_limits.limits import WriteQuota
from services.write_limits.outcomes import WriteLimit
from tests.api.losing import LosingAnswers
from tests.api.product import FOLLOW, LIKE, POST, UNLIKE, own_id
from tests.api.programs import program_of
from tests.api.relationships import choose, done
from tests.worlds.waiting import until

DAY = timedelta(days=1)
SECONDS = 86_400
"""Of a window so long that the time of a test does not matter."""
NOWHERE = SecretStr("redis://127.0.0.1:1/0")
"""Nothing listens there."""


@pytest.fixture
def allow(served, monkeypatch):
    """Allow so many posts, follows and likes in a day, and so many for a token."""

    def allowed(quota, of_token=None):
        for limit in WriteLimit:
            monkeypatch.setitem(served.parts.services.write_limits.quotas, limit, WriteQuota(quota, of_token, DAY))

    return allowed


@asynccontextmanager
async def opened(settings, **changes):
    """Open the parts of another process."""
    async with open_parts(settings.model_copy(update=changes)) as parts:
        yield parts.services


async def viewer_of(product, person):
    key = await product.cypher("MATCH (u:User {id: $id}) RETURN u.key", id=person.own_id)
    return Viewer(person.own_id, key, datetime.now(UTC) + timedelta(minutes=10))


async def sent(product, viewer, document, *, show=False, **given):
    """Send an operation, and return what an HTTP client gets."""
    headers = {"authorization": f"Bearer {viewer.token}", **({"x-show-limits": "1"} if show else {})}
    body = {"query": document, "variables": {"input": given}}
    return await product.served.http.post(f"{product.served.url}/graphql", json=body, headers=headers)


def left(answer):
    """Return what a client reads of its limits: how much of each is left, and when all will be back, as a share of the day."""
    found = re.findall(r'"([a-z-]+)";r=(\d+);t=(\d+)', answer.headers["ratelimit"])
    return {name: (int(remaining), share(int(seconds))) for name, remaining, seconds in found}


def share(seconds):
    """Return seconds as a share of the window, to a hundredth of it: a quarter of an hour."""
    return round(seconds / SECONDS, 2)


async def counted(product):
    return await product.cypher("RETURN [COUNT { (:Post) }, COUNT { ()-[:FOLLOWS]->() }, COUNT { ()-[:LIKED]->() }]")


async def metric(product, limit, outcome):
    text = (await product.served.http.get(f"{product.served.url}/metrics")).text
    name = f'rookery_limited_writes_total{{limit="{limit}",outcome="{outcome}"}} '
    return float(next(line for line in text.splitlines() if line.startswith(name)).removeprefix(name))


async def test_a_repost_counts_as_a_post_and_undoing_it_is_never_limited(product, allow):
    mira, jo = await product.people("mira", "jo2")
    posts = [await product.post(mira, f"Post {each}.") for each in range(2)]
    allow(1)
    repost = "mutation ($input: RepostInput!) { repost(input: $input) { post { repostCount } } }"
    undo = "mutation ($input: UndoRepostInput!) { undoRepost(input: $input) { postId } }"
    for _ in range(2):
        assert left(await sent(product, jo, repost, postId=posts[0])) == {"posts": (0, 1.0)}
    assert (await product.ask(repost, jo, input={"postId": posts[1]})).code == "RATE_LIMITED"
    assert (await product.ask(POST, jo, input={"text": "One more."})).code == "RATE_LIMITED"
    await product.run(undo, jo, input={"postId": posts[0]})
    assert await product.cypher("MATCH (r:Repost) RETURN count(r)") == 0


async def test_who_has_used_up_a_limit_is_told_when_to_come_back_and_others_are_not_held_up(product, allow):
    mira, jo, kim, lee = await product.people("mira", "jo2", "kim", "lee")
    first, second = [await product.post(kim, f"Post {each}.") for each in range(2)]
    allow(1)
    before = await metric(product, "likes", "refused")
    for limit, document, one, other in (
        ("posts", POST, {"text": "One."}, {"text": "Two."}),
        ("likes", LIKE, {"postId": first}, {"postId": second}),
        ("follows", FOLLOW, {"userId": lee.id}, {"userId": kim.id}),
    ):
        assert not (await product.ask(document, mira, input=one)).errors
        refused = await product.ask(document, mira, input=other)
        said = refused.errors[0]["extensions"]
        assert (said["code"], share(said["retryAfter"]), said["limit"]) == ("RATE_LIMITED", 1, limit)
        assert refused.errors[0]["message"] == f"You have reached the limit of {limit}. Try again in 24 hours."
        assert refused.data == {refused.errors[0]["path"][0]: None}
        assert not (await product.ask(document, jo, input=other)).errors
    assert await counted(product) == [4, 2, 2]
    assert await metric(product, "likes", "refused") == before + 1


@pytest.mark.parametrize(
    ("wait", "scope", "said"),
    [
        (1, "posts", "You have reached the limit of posts. Try again in a second."),
        (60, "likes", "You have reached the limit of likes. Try again in 60 seconds."),
        (61, "follows", "You have reached the limit of follows. Try again in 2 minutes."),
        (3601, "posts-token", "This program has reached its limit of posts. Try again in 2 hours."),
    ],
)
def test_a_refusal_says_of_what_there_was_enough_and_how_long_to_wait(wait, scope, said):
    assert TooManyWrites(wait, scope=scope).message == said


async def test_what_people_need_is_never_limited(product, allow):
    mira, jo, kim, lee, ann = await product.people("mira", "jo2", "kim", "lee", "ann")
    await choose(product, lee, private=True)
    post = await product.post(jo)
    allow(3)
    own = [await product.post(mira, f"Post {each}.") for each in range(3)]
    await product.follow(mira, jo, kim, lee)
    for each in (post, *own[:2]):
        await product.like(mira, each)
    for document, given in ((POST, {"text": "More."}), (LIKE, {"postId": own[2]}), (FOLLOW, {"userId": ann.id})):
        assert (await product.ask(document, mira, input=given)).code == "RATE_LIMITED"
    await product.run(UNLIKE, mira, input={"postId": post})
    await product.delete(mira, own[0])
    needed = {"unfollow": jo, "cancelFollowRequest": lee, "mute": jo, "unmute": jo, "block": kim, "unblock": kim}
    for name, other in needed.items():
        await done(product, name, mira, other)
    for document in (
        f'mutation {{ bookmarkPost(input: {{postId: "{post}"}}) {{ post {{ id }} }} }}',
        'mutation { updateProfile(input: {bio: "Birds."}) { viewer { id } } }',
        "mutation { logOut(input: {}) { __typename } }",
    ):
        await product.run(document, mira)


async def test_what_changes_nothing_counts_nothing_and_is_not_refused(product, allow):
    mira, jo = await product.people("mira", "jo2")
    posts = [await product.post(jo, f"Post {each}.", replies=rule) for each, rule in enumerate(("EVERYONE", "NOBODY"))]
    gone = await product.post(jo)
    await product.delete(jo, gone)
    allow(1)
    again = {"text": "Once.", "idempotencyKey": "a"}
    for _ in range(2):
        for document, given, code in (
            (LIKE, {"postId": gone}, "NOT_FOUND"),
            (POST, {"text": "Hello.", "replyToId": posts[1]}, "FORBIDDEN"),
            (POST, {"text": "Hello.", "replyToId": gone}, "NOT_FOUND"),
            (POST, {"text": " "}, "INVALID_INPUT"),
            (FOLLOW, {"userId": mira.id}, "INVALID_INPUT"),
        ):
            assert (await product.ask(document, mira, input=given)).code == code
        await product.like(mira, posts[0])
        await product.follow(mira, jo)
        await product.run(POST, mira, input=again)
    answers = await asyncio.gather(*(product.ask(POST, mira, input=again) for _ in range(6)))
    assert [each.code for each in answers] == [None] * 6
    for document, given in ((LIKE, {"postId": posts[1]}), (POST, {"text": "Twice."}), (POST, {**again, "idempotencyKey": "b"})):
        assert (await product.ask(document, mira, input=given)).code == "RATE_LIMITED"


async def test_of_200_at_once_from_two_processes_exactly_as_many_pass_as_may(product, app_settings):
    (mira,) = await product.people("mira")
    viewer = await viewer_of(product, mira)
    changes = {"posts_per_person": 20, "post_window": DAY}
    async with opened(app_settings, **changes) as one, opened(app_settings, **changes) as other:

        async def write(services, number):
            try:
                async with services.write_limits.attempt(WriteLimit.POSTS, viewer) as attempt:
                    await services.writing.create(viewer, Draft(f"Post {number}."), None, attempt)
            except TooManyWrites as refused:
                return refused.retry_after
            return 0

        waits = await asyncio.gather(*(write((one, other)[each % 2], each) for each in range(200)))
    assert (waits.count(0), await counted(product)) == (20, [20, 0, 0])
    assert {share(wait) for wait in waits if wait} == {share(SECONDS / 20)}


async def test_of_200_likes_of_one_post_at_once_one_counts(product, served, allow):
    mira, jo = await product.people("mira", "jo2")
    post, other = [await product.post(jo, f"Post {each}.") for each in range(2)]
    viewer, services = await viewer_of(product, mira), served.parts.services
    allow(2)

    async def like():
        async with services.write_limits.attempt(WriteLimit.LIKES, viewer) as attempt:
            await services.likes.add(viewer, own_id(post), attempt)

    await asyncio.gather(*(like() for _ in range(200)))
    answer = await sent(product, mira, LIKE, postId=other)
    assert left(answer) == {"likes": (0, 1)}


async def test_a_program_counts_against_its_person_and_may_have_less(product, allow):
    mira = await product.sign_up("mira")
    program, _ = await program_of(product, mira, "WRITE")
    other, _ = await program_of(product, mira, "WRITE")
    allow(2, of_token=1)
    answer = await sent(product, program, POST, text="One.")
    assert answer.headers["ratelimit-policy"] == '"posts";q=2;w=86400, "posts-token";q=1;w=86400'
    assert left(answer) == {"posts": (1, 0.5), "posts-token": (0, 1)}
    refused = (await product.ask(POST, program, input={"text": "Two."})).errors[0]["extensions"]
    assert (refused["code"], refused["limit"]) == ("RATE_LIMITED", "posts-token")
    for writer, code in ((mira, None), (mira, "RATE_LIMITED"), (other, "RATE_LIMITED")):
        assert (await product.ask(POST, writer, input={"text": "More."})).code == code


async def test_facts_are_in_headers_and_where_asked_in_the_answer(product, allow):
    mira = await product.sign_up("mira")
    allow(2)
    plain = await sent(product, mira, POST, text="One.")
    assert (plain.headers["ratelimit-policy"], left(plain)) == ('"posts";q=2;w=86400', {"posts": (1, 0.5)})
    assert "extensions" not in plain.json()
    for text, code in (("Two.", None), ("Three.", "RATE_LIMITED")):
        shown = await sent(product, mira, POST, show=True, text=text)
        (status,) = shown.json()["extensions"]["limits"]
        assert share(status.pop("reset")) == 1
        assert status == {"name": "posts", "quota": 2, "window": SECONDS, "remaining": 0}
        assert left(shown) == {"posts": (0, 1)}
        assert [each["extensions"]["code"] for each in shown.json().get("errors", [])] == ([code] if code else [])
    unlimited = await sent(product, mira, "{ viewer { id } }", show=True)
    assert (unlimited.json()["extensions"], "ratelimit" in unlimited.headers) == ({"limits": []}, False)
    allow(4)
    several = 'mutation { a: createPost(input: {text: "A."}) { post { id } } b: createPost(input: {text: "B."}) { post { id } } }'
    assert left(await sent(product, mira, several)) == {"posts": (0, 1)}


async def test_without_redis_writes_are_done_and_said_to_be_uncounted(product, app_settings):
    mira = await product.sign_up("mira")
    viewer = await viewer_of(product, mira)
    uncounted: list[object] = []
    async with opened(app_settings, posts_per_person=1, redis_limits_url=NOWHERE) as services:
        for number in range(3):
            attempt = services.write_limits.attempt(WriteLimit.POSTS, viewer)
            attempt._ended = uncounted.append
            async with attempt:
                await services.writing.create(viewer, Draft(f"Post {number}."), None, attempt)
            assert attempt.states == []
    assert (uncounted, await counted(product)) == ([None] * 3, [3, 0, 0])


async def test_a_write_in_doubt_counts_and_its_retry_is_safe(product, allow):
    mira, jo = await product.people("mira", "jo2")
    post, other = [await product.post(jo, f"Post {each}.") for each in range(2)]
    allow(1)
    assert await LosingAnswers(product).code_of(mira, "likePost", {"postId": post}) == "OUTCOME_UNKNOWN"
    assert (await product.ask(LIKE, mira, input={"postId": other})).code == "RATE_LIMITED"
    await product.like(mira, post)
    assert await LosingAnswers(product).code_of(mira, "unlikePost", {"postId": post}) == "OUTCOME_UNKNOWN"


async def test_a_write_that_is_cancelled_before_its_turn_came_counts_nothing(product, allow):
    mira, jo = await product.people("mira", "jo2")
    post = await product.post(jo)
    allow(1)
    services, viewer = product.served.parts.services, await viewer_of(product, mira)
    likes = services.likes

    async def like():
        async with services.write_limits.attempt(WriteLimit.LIKES, viewer) as attempt:
            await likes.add(viewer, own_id(post), attempt)

    async with likes.writer.turns.of(viewer.id, 10):
        waiting = asyncio.create_task(like())
        await until(lambda: likes.writer.turns._lines[viewer.id].length == 2)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await product.like(mira, post)


async def test_nobody_follows_more_people_than_they_may_or_their_followers_earn(product, app_settings):
    mira, *others = await product.people("mira", *(f"name{each}" for each in range(1, 7)))
    await choose(product, others[1], private=True)
    viewer = await viewer_of(product, mira)
    async with opened(app_settings, following_most=2, following_per_follower=1.5) as services:

        async def follow(target):
            try:
                await services.follows.follow(viewer, target.own_id)
            except FollowingCeiling as refused:
                return refused.extensions
            return None

        ceiling = {"code": "FORBIDDEN", "reason": "FOLLOWING_CEILING", "maximum": 2}
        results = await asyncio.gather(*(follow(each) for each in others))
        assert (results.count(None), results.count(ceiling)) == (2, 4)
        followed = [each for each, result in zip(others, results, strict=True) if result is None]
        refused = [each for each in others if each not in followed]
        assert [await follow(each) for each in followed] == [None, None]
        for each in followed:
            await product.follow(each, mira)
        assert [await follow(each) for each in refused[:2]] == [None, {**ceiling, "maximum": 3}]
        await services.follows.unfollow(viewer, refused[0].own_id)
        assert await follow(refused[1]) is None
    assert await product.cypher("MATCH (:User {username: 'mira'})-[e:FOLLOWS|REQUESTED]->() RETURN count(e)") == 3
