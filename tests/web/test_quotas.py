"""How much people and addresses may have open."""

from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from tests.web.conftest import SHORT, Serve
from tests.web.socket_clients import closed_with, follow, hear, introduce, say
from tests.web.stream_clients import ACCEPTED, stream_of
from tests.web.test_endings import FOREVER
from tests.worlds.waiting import until
from web.limits import Limits, StreamLimits
from web.quotas import Quotas, network_of
from web.shared_addresses import MANY, SharedAddresses

PATIENT = replace(SHORT, init_seconds=60)
"""For sockets that say nothing for a while."""


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "192.0.2.7"), ("", ""), ("testclient", "testclient"),
    ],
)
def test_addresses_count_by_what_their_owners_choose_freely(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_an_address_is_limited_whoever_comes_from_it_over_every_transport(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=replace(PATIENT, connections_per_address=2)))
    async with served.socket() as first, stream_of(served, "events", FOREVER, "ana") as second:
        await introduce(first)
        await second.next()
        async with served.socket() as third:
            assert await closed_with(third) == 1013
            assert third.close_reason == "Too many connections from this address."
        for form in ACCEPTED:
            async with stream_of(served, form, FOREVER, "bea") as third_stream:
                told = await third_stream.rest()
            assert (told.status, told.codes) == (429, ["TOO_MANY_CONNECTIONS"])
            assert told.messages == ["Too many connections from this address."]
        for accept in (None, *ACCEPTED.values()):  # what has one answer is no connection that stays, whatever its form
            answer = await served.ask("{ hello }", accept=accept)
            assert answer.status_code == 200


async def test_those_who_are_not_signed_in_leave_room_for_those_who_are(serve: Serve) -> None:
    limits = replace(PATIENT, anonymous_connections_per_address=1, anonymous_operations_per_address=2)
    served = await serve(limits=Limits(streams=limits))
    async with served.socket() as first, served.socket() as second, served.socket() as silent, served.socket() as third:
        await introduce(first)
        await say(second, "connection_init")
        assert await closed_with(second) == 1013
        assert second.close_reason == "Too many connections without a token from this address."
        for form in ACCEPTED:
            async with stream_of(served, form, FOREVER) as stream:
                told = await stream.rest()
            assert (told.status, told.messages) == (429, ["Too many connections without a token from this address."])
            async with stream_of(served, form, FOREVER, "ana") as stream:
                await stream.next()
        await introduce(third, authorization="Bearer ana")
        for each in (first, third):
            await follow(each, "1", FOREVER)
            await follow(each, "2", FOREVER)
        await say(first, "subscribe", "3", query="{ hello }")
        assert (await hear(first))["payload"][0]["message"] == "Too many operations without a token from this address."
        await follow(third, "3", FOREVER)
        await introduce(silent, authorization="Bearer bea")


async def test_sockets_that_never_introduce_themselves_leave_room_for_all_who_do(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=replace(PATIENT, connections_per_address=3)))
    quotas = served.web.endpoint.sockets.parts.quotas
    async with AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(served.socket()) for _ in range(3)]
        socket = await stack.enter_async_context(served.socket())
        await introduce(socket, authorization="Bearer ana")
        assert (await closed_with(silent[0]), silent[0].close_reason) == (1013, "Too many connections")
        for form, oldest in zip(ACCEPTED, silent[1:], strict=True):
            stream = await stack.enter_async_context(stream_of(served, form, FOREVER, "bea"))
            await stream.next()
            assert await closed_with(oldest) == 1013
        late = await stack.enter_async_context(served.socket())  # nobody is left who makes room
        assert (await closed_with(late), late.close_reason) == (1013, "Too many connections from this address.")
        await follow(socket, "1", FOREVER)
    await until(lambda: open_keys(quotas) == 0)


async def test_who_has_introduced_themselves_keeps_their_place_while_the_server_asks_who_they_are(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=replace(PATIENT, connections_per_address=1)))
    quotas = served.web.endpoint.sockets.parts.quotas
    async with served.socket() as first, served.socket() as second:
        assert await closed_with(first) == 1013
        await say(second, "connection_init", authorization="Bearer held")
        await until(lambda: not quotas.waiting_sockets)
        async with served.socket() as third:
            assert await closed_with(third) == 1013
        served.toy.gate.set()
        assert await hear(second) == {"type": "connection_ack"}
    await until(lambda: open_keys(quotas) == 0)


def test_a_university_that_comes_back_at_once_is_let_in() -> None:
    quotas = Quotas(StreamLimits())
    with ExitStack() as stack:
        sockets = [stack.enter_context(quotas.connection("192.0.2.7")) for _ in range(1_000)]
        for each in sockets:
            each.wait(lambda: pytest.fail("it had to make room"))
        for person, each in enumerate(sockets):
            each.stop_waiting()
            each.introduce(person)
        assert (len(quotas.waiting_sockets), quotas.connections_of_people.keys) == (0, 1_000)


def test_many_people_at_one_address_are_told_to_the_operator_once() -> None:
    addresses = SharedAddresses()
    with capture_logs() as logs:
        for person in range(MANY - 1):
            addresses.add("192.0.2.7", person)
            addresses.add("192.0.2.7", person)  # on two devices
            addresses.add(f"198.51.100.{person}", "somebody who travels")
        assert not logs
        for person in range(MANY):
            addresses.add("192.0.2.7", MANY + person)
        assert [(each["address"], each["people"]) for each in logs] == [("192.0.2.7", MANY)]


async def test_one_person_leaves_room_for_others(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=replace(PATIENT, connections_per_person=1)))
    async with served.socket() as first, served.socket() as second, served.socket() as third, served.socket() as nobody:
        await introduce(first, authorization="Bearer ana")
        await say(second, "connection_init", authorization="Bearer ana")
        assert await closed_with(second) == 1013
        assert second.close_reason == "Too many connections of this person."
        await introduce(third, authorization="Bearer bea")
        await introduce(nobody)


async def test_operations_of_all_sockets_of_a_person_count_together(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=replace(SHORT, operations_per_person=2)))
    async with served.socket() as first, served.socket() as second:
        for socket in (first, second):
            await introduce(socket, authorization="Bearer ana")
            await follow(socket, "1", FOREVER)
        await say(second, "subscribe", "2", query="{ hello }")
        refused = await hear(second)
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "TOO_MANY_OPERATIONS")
        await say(first, "complete", "1")
        await say(first, "subscribe", "1", query="{ hello }")
        assert (await hear(first))["payload"] == {"data": {"hello": "hello world"}}


@pytest.mark.parametrize(("rows", "allowed"), [(0, 4), (1, 4), (10, 4), (11, 2), (20, 2), (21, 1), (40, 1), (41, 0)])
async def test_a_subscription_to_many_rows_counts_as_several_operations(serve: Serve, rows: int, allowed: int) -> None:
    served = await serve(limits=Limits(streams=replace(SHORT, operations_per_person=4)), rows=lambda _: rows)
    async with served.socket() as socket:
        await introduce(socket, authorization="Bearer ana")
        for _ in range(2):  # what has ended counts no more
            for each in range(allowed):
                await follow(socket, str(each), FOREVER)
            await say(socket, "subscribe", "more", query=FOREVER)
            assert (await hear(socket))["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"
            for each in range(allowed):
                await say(socket, "complete", str(each))
            await until(lambda: not served.web.endpoint.sockets.parts.quotas.operations_of_people.keys)
    for form in ACCEPTED:
        async with stream_of(served, form, FOREVER, "ana") as stream:
            if allowed:
                await stream.next()
            else:
                assert (await stream.rest()).codes == ["TOO_MANY_OPERATIONS"]


async def test_what_has_ended_counts_no_more_and_takes_no_memory(serve: Serve) -> None:
    served = await serve(limits=Limits(streams=replace(SHORT, connections_per_person=1, operations_per_address=1)))
    quotas = served.web.endpoint.sockets.parts.quotas
    for _ in range(3):
        async with served.socket() as socket:
            await introduce(socket, authorization="Bearer ana")
            await follow(socket, "1", FOREVER)
        await until(lambda: open_keys(quotas) == 0)
        async with served.socket() as socket:
            await introduce(socket)
            await follow(socket, "1", FOREVER)
        await until(lambda: open_keys(quotas) == 0)
        for form in ACCEPTED:
            for token in ("ana", ""):
                async with stream_of(served, form, FOREVER, token) as stream:
                    await stream.next()
                await until(lambda: open_keys(quotas) == 0)


def open_keys(quotas: Quotas) -> int:
    """Give for how many keys something is open."""
    counted = (
        quotas.connections_of_addresses, quotas.connections_of_people,
        quotas.operations_of_addresses, quotas.operations_of_people,
        quotas.anonymous_connections, quotas.anonymous_operations,
    )
    return sum(quota.keys for quota in counted) + len(quotas.shared_addresses) + len(quotas.waiting_sockets)
