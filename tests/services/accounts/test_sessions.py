"""Sessions: how they go on, how they end, and what becomes of a token that was stolen."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from clock import now_ms
from errors import NotFound, SessionEnded, Unavailable
from graph.driver import Graph
from graph.ids import new_id
from keyspace import keys
from keyspace.sessions import SessionKey
from services.accounts.refresh_tokens import RefreshClaim, RefreshTokens
from services.accounts.sessions import REUSED, SESSIONS_MAX, SessionLives, Sessions, mark_of, session_of_mark
from services.accounts.sign_up import SignUp
from services.accounts.tokens import AccessTokens
from services.accounts.viewer import SessionTokens
from services.events.account_events import SessionsEnded
from tests.services.accounts.conftest import SECRET, RedisServer

ANA, BO = 7, 8
HERE = "192.0.2.77"
MINUTE, DAY = 60_000, 86_400_000


@dataclass
class Clock:
    """A clock that tests move."""

    at: int

    def ms(self) -> int:
        return self.at

    def seconds(self) -> float:
        return self.at / 1_000


@pytest.fixture
def clock() -> Clock:
    """Give a clock that shows the present."""
    return Clock(now_ms())


@pytest.fixture
def timed(sessions: Sessions, clock: Clock) -> Sessions:
    """Keep sessions by that clock: a month if idle, half a year at most, ten seconds of grace."""
    return replace(sessions, now=clock.ms, access=AccessTokens(SECRET, timedelta(minutes=15), clock.seconds))


async def start(sessions: Sessions, user_key: int = ANA, device: str = "Telephone") -> SessionTokens:
    return await sessions.start(new_id(), user_key, HERE, device)


def session_id(tokens: SessionTokens) -> str:
    return str(tokens.access.viewer.session_id)


async def is_refused(sessions: Sessions, token: str) -> bool:
    try:
        await sessions.refresh(token)
    except SessionEnded:
        return True
    return False


async def test_a_session_goes_on_with_another_token_each_time(timed: Sessions, clock: Clock) -> None:
    tokens = [await start(timed)]
    for _ in range(5):
        clock.at += MINUTE
        tokens.append(await timed.refresh(tokens[-1].refresh.token))
    assert len({each.refresh.token for each in tokens}) == len({each.access.token for each in tokens}) == 6
    assert len({session_id(each) for each in tokens}) == len({each.access.viewer.id for each in tokens}) == 1
    assert timed.access.verify(tokens[-1].access.token) == tokens[-1].access.viewer
    await timed.check(tokens[0].access.viewer)


async def test_a_session_slides_while_it_is_refreshed_and_ends_in_any_case(timed: Sessions, clock: Clock) -> None:
    tokens = await start(timed)
    ends = []
    for _ in range(6):
        clock.at += 29 * DAY
        tokens = await timed.refresh(tokens.refresh.token)
        ends.append(round(tokens.refresh.expires_at.timestamp() * 1_000) - clock.at)
    assert ends == [30 * DAY] * 5 + [6 * DAY]
    clock.at += 6 * DAY - MINUTE
    last = await timed.refresh(tokens.refresh.token)
    assert last.access.expires_at == datetime.fromtimestamp(clock.at // 1_000 + 60, UTC)  # no longer than the session
    clock.at += MINUTE
    assert await is_refused(timed, last.refresh.token)
    assert await timed.all(last.access.viewer) == []


async def test_a_session_that_nobody_refreshes_ends(timed: Sessions, clock: Clock, redis: Redis) -> None:
    tokens = await start(timed)
    assert 29 * DAY < await redis.pttl(keys.sessions(ANA)) <= 30 * DAY
    clock.at += 30 * DAY
    assert await is_refused(timed, tokens.refresh.token)
    assert not await redis.exists(keys.sessions(ANA))


async def test_a_used_token_is_answered_again_for_a_moment_with_the_same_next_one(timed: Sessions, clock: Clock) -> None:
    first = await start(timed)
    second = await timed.refresh(first.refresh.token)
    clock.at += 10_000
    assert (await timed.refresh(first.refresh.token)).refresh.token == second.refresh.token
    await timed.refresh(second.refresh.token)


async def test_fifty_who_refresh_at_once_go_on_as_one(timed: Sessions) -> None:
    first = await start(timed)
    answers = await asyncio.gather(*(timed.refresh(first.refresh.token) for _ in range(50)))
    (next_,) = {each.refresh.token for each in answers}
    assert next_ != first.refresh.token
    assert not await is_refused(timed, next_)


@pytest.mark.parametrize(("used_again", "later"), [(0, 10_001), (1, 10_001), (0, 0)])
async def test_a_token_that_is_used_later_again_ends_the_session_for_both_who_hold_it(
    timed: Sessions, clock: Clock, announced: list[str], graph: Graph, sign_up: SignUp, name: Callable[[], str],
    used_again: int, later: int,
) -> None:
    username = name()
    user = (await sign_up.run(username, f"{username}@example.org", "correct horse")).user
    held = [await timed.start(user.id, user.key, HERE)]
    for _ in range(2):
        held.append(await timed.refresh(held[-1].refresh.token))
    clock.at += later
    with pytest.raises(SessionEnded, match=REUSED):
        await timed.refresh(held[used_again].refresh.token)
    for each in held:
        assert await is_refused(timed, each.refresh.token)
        with pytest.raises(SessionEnded):
            await timed.check(each.access.viewer)
    key = SessionKey(user.key, session_id(held[0]))
    assert announced == [mark_of(key)]
    events = await graph.read("outbox/oldest", limit=10_000)
    told = [str(payload) for _, type_, _, payload in events if type_ == "account.session_reused"]
    assert len([each for each in told if session_id(held[0]) in each]) == 1


async def test_without_the_graph_a_stolen_token_ends_its_session_all_the_same(timed: Sessions, clock: Clock) -> None:
    gone = Graph.open("bolt://127.0.0.1:1", "neo4j", "")
    broken = replace(timed, writer=replace(timed.writer, graph=gone))
    first = await start(broken)
    second = await broken.refresh(first.refresh.token)
    clock.at += MINUTE
    assert await is_refused(broken, first.refresh.token)
    assert await is_refused(broken, second.refresh.token)
    await gone.close()


async def test_a_refresh_that_redis_has_lost_is_taken_from_the_token(timed: Sessions, redis: Redis) -> None:
    """As after a failure of the machine, which may take the last second of what was written."""
    first = await start(timed)
    before: Any = await redis.hgetall(keys.sessions(ANA))
    second = await timed.refresh(first.refresh.token)
    await redis.hset(keys.sessions(ANA), mapping=before)
    third = await timed.refresh(second.refresh.token)
    assert third.refresh.token not in {first.refresh.token, second.refresh.token}
    assert not await is_refused(timed, third.refresh.token)


async def test_an_emptied_redis_ends_every_session(timed: Sessions, redis: Redis) -> None:
    tokens = await start(timed)
    await redis.flushall()
    assert await is_refused(timed, tokens.refresh.token)
    with pytest.raises(SessionEnded):
        await timed.check(tokens.access.viewer)


async def test_without_redis_nothing_of_sessions_is_done_on_trust(sessions: Sessions, redis_server: RedisServer) -> None:
    tokens = await start(sessions)
    redis_server.kill()
    viewer = tokens.access.viewer
    for asked in (
        sessions.refresh(tokens.refresh.token), sessions.check(viewer), sessions.all(viewer), sessions.end_others(viewer),
        sessions.revoke(viewer, session_id(tokens)), sessions.log_out(tokens.refresh.token), start(sessions),
    ):
        with pytest.raises(Unavailable):
            await asked
    await sessions.end_all_soon(ANA)  # the worker does it when Redis is back


async def test_sessions_are_listed_last_used_first_and_only_to_their_owner(timed: Sessions, clock: Clock) -> None:
    telephone = await start(timed)
    clock.at += MINUTE
    browser = await start(timed, device="Firefox on Linux")
    await start(timed, BO)
    clock.at += MINUTE
    await timed.refresh(telephone.refresh.token)
    listed = await timed.all(browser.access.viewer)
    assert [(each.device, each.network) for each in listed] == [
        ("Telephone", "192.0.2.0/24"), ("Firefox on Linux", "192.0.2.0/24")
    ]
    assert [each.seen_at - each.created_at for each in listed] == [timedelta(minutes=2), timedelta(0)]


async def test_nobody_has_more_sessions_than_fit_and_the_one_not_seen_for_longest_goes(
    timed: Sessions, clock: Clock, announced: list[str]
) -> None:
    held = []
    for _ in range(SESSIONS_MAX):
        held.append(await start(timed))
        clock.at += 1
    held[0] = await timed.refresh(held[0].refresh.token)
    await asyncio.gather(*(start(timed) for _ in range(3)))
    assert len(await timed.all(held[0].access.viewer)) == SESSIONS_MAX
    assert [await is_refused(timed, each.refresh.token) for each in held[:5]] == [False, True, True, True, False]
    assert Counter(announced) == Counter(mark_of(SessionKey(ANA, session_id(each))) for each in held[1:4])


async def test_a_session_is_ended_by_its_owner_alone(timed: Sessions, announced: list[str]) -> None:
    ana, bo = await start(timed), await start(timed, BO)
    with pytest.raises(NotFound):
        await timed.revoke(bo.access.viewer, session_id(ana))
    await timed.check(ana.access.viewer)
    announced.clear()
    await timed.revoke(ana.access.viewer, session_id(ana))
    assert announced == [mark_of(SessionKey(ANA, session_id(ana)))]
    with pytest.raises(SessionEnded):
        await timed.check(ana.access.viewer)
    with pytest.raises(NotFound):
        await timed.revoke(ana.access.viewer, session_id(ana))


async def test_all_others_end_and_this_one_goes_on(timed: Sessions) -> None:
    held = [await start(timed) for _ in range(4)]
    ended = await timed.end_others(held[0].access.viewer)
    assert sorted(ended) == sorted(map(session_id, held[1:]))
    assert [await is_refused(timed, each.refresh.token) for each in held] == [False, True, True, True]
    assert await timed.end_all(ANA) == [session_id(held[0])]


async def test_what_began_on_a_server_whose_clock_is_ahead_ends_with_all_others(timed: Sessions, clock: Clock) -> None:
    ahead = replace(timed, now=lambda: clock.at + 3_000)
    here = await start(timed)
    for end in (lambda: timed.end_others(here.access.viewer), lambda: timed.end_all(ANA)):
        there = await start(ahead)
        assert session_id(there) in await end()
        assert await is_refused(timed, there.refresh.token)


async def test_what_was_to_end_at_a_moment_ends_later_and_what_began_since_goes_on(timed: Sessions, clock: Clock) -> None:
    before = await start(timed)
    event = SessionsEnded(user_id=new_id(), user_key=ANA, latest=clock.at)
    clock.at += 1
    since = await start(timed)
    for _ in range(2):
        await timed.ended(event)
    assert [await is_refused(timed, each.refresh.token) for each in (before, since)] == [True, False]


async def test_logging_out_takes_the_refresh_token_and_twice_is_once(timed: Sessions) -> None:
    tokens = await start(timed)
    assert await timed.log_out(tokens.refresh.token) == session_id(tokens)
    assert await timed.log_out(tokens.refresh.token) is None
    with pytest.raises(SessionEnded):
        await timed.log_out("rookery_rt_nonsense")


async def test_keys_rotate_without_anybody_being_signed_out(sessions: Sessions) -> None:
    def with_secrets(secrets: str) -> Sessions:
        return replace(
            sessions, access=AccessTokens(secrets, timedelta(minutes=15)), refreshing=RefreshTokens(secrets)
        )

    newer = "another secret of 32 bytes or more"
    tokens = await start(with_secrets(SECRET))
    during = with_secrets(f"{newer},{SECRET}")
    assert during.access.verify(tokens.access.token).session_id == session_id(tokens)
    again = await during.refresh(tokens.refresh.token)
    after = with_secrets(newer)
    assert after.access.verify(again.access.token).session_id == session_id(tokens)
    assert not await is_refused(after, again.refresh.token)
    assert await is_refused(after, tokens.refresh.token)  # signed by what is gone


def test_a_refresh_token_says_what_it_is_and_no_other_text_does() -> None:
    tokens = RefreshTokens(SECRET)
    claim = RefreshClaim(SessionKey(4_000_000_000, new_id()), 2**32 - 1)
    text = tokens.write(claim)
    assert tokens.write(claim) == text and text.startswith("rookery_rt_") and len(text) == 86
    assert tokens.read(text) == claim
    body = text.removeprefix("rookery_rt_")
    for at in range(len(body)):
        swapped = "A" if body[at] != "A" else "B"
        forged = f"rookery_rt_{body[:at]}{swapped}{body[at + 1:]}"
        assert tokens.read(forged) in (None, claim)  # the last letter has bits that say nothing
        assert at == len(body) - 1 or tokens.read(forged) is None
    assert RefreshTokens("another secret of 32 bytes or more").read(text) is None
    strange = ("", "rookery_rt_", "rookery_rt_" + "é" * 75, " " * 86)
    for wrong in (*strange, body, text[:-1], f"{text}x", text.replace("_rt_", "_pat_")):
        assert tokens.read(wrong) is None


def test_marks_of_sessions_are_told_from_ids_of_tokens() -> None:
    key = SessionKey(ANA, new_id())
    assert session_of_mark(mark_of(key)) == key
    assert session_of_mark(new_id()) is None


async def test_lives_are_settings(sessions: Sessions) -> None:
    brief = replace(sessions, lives=SessionLives(timedelta(seconds=30), timedelta(seconds=40), timedelta(0)))
    tokens = await start(brief)
    assert (tokens.access.expires_at - datetime.now(UTC)).total_seconds() <= 30
    await brief.refresh(tokens.refresh.token)
    await asyncio.sleep(0.002)  # a clock of milliseconds shows another one
    assert await is_refused(brief, tokens.refresh.token)
