"""What is open ends when what it came with is revoked."""

from functools import partial

from clock import now_ms
from tests.web.conftest import Served
from tests.web.socket_clients import closed_with, follow, hear, introduce, say
from tests.web.test_endings import FOREVER
from tests.web.toy import HOUR
from web.revocations import LATEST, Revocations


def test_what_opened_a_moment_before_it_was_revoked_ends_as_well() -> None:
    revocations, ended = Revocations(), list[str]()
    revocations.end("token")
    revocations.watch("token", lambda: ended.append("late"))
    revocations.watch("other", lambda: ended.append("other"))
    assert ended == ["late"]


def test_what_was_forgotten_is_not_ended_and_nothing_is_left() -> None:
    revocations, ended = Revocations(), list[str]()

    def end() -> None:
        ended.append("ended")

    for id_ in ("token", "token", "other"):
        revocations.watch(id_, end)
    revocations.forget("token", end)
    revocations.end("token")
    assert (ended, revocations.ids) == ([], ["other"])
    revocations.forget("other", end)
    revocations.forget("other", end)
    assert revocations.ids == []


def test_so_many_revocations_are_known_and_no_more() -> None:
    revocations, ended = Revocations(), list[str]()
    for at in range(LATEST + 1):
        revocations.end(str(at))
    for at in (0, 1, LATEST):
        revocations.watch(str(at), partial(ended.append, str(at)))
    assert ended == ["1", str(LATEST)]


async def test_a_revocation_ends_what_came_with_it_and_nothing_else(served: Served) -> None:
    async with served.socket() as ana, served.socket() as bea:
        for socket, name in ((ana, "ana"), (bea, "bea")):
            await introduce(socket, authorization=f"Bearer {name}")
            await follow(socket, "1", FOREVER)
        assert sorted(served.web.revocations.ids) == ["ana", "bea"]
        served.web.revocations.end("ana")
        assert await closed_with(ana) == 4403
        await say(bea, "subscribe", "2", query="{ viewer }")
        assert (await hear(bea))["payload"] == {"data": {"viewer": "bea"}}


async def test_a_socket_that_signs_in_again_ends_with_its_newer_token(served: Served) -> None:
    async with served.socket() as socket:
        await introduce(socket, authorization="Bearer ana")
        await say(socket, "ping", authorization=f"Bearer ana@{now_ms() + HOUR}")
        assert (await hear(socket))["type"] == "pong"
        served.web.revocations.end("ana")
        assert await closed_with(socket) == 4403
    assert served.web.revocations.ids == []
