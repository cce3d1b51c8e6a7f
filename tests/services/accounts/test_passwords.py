"""Password hashes: what matches, what it costs, and what happens when too many come."""

import asyncio
import time

import pytest
from argon2 import Parameters, Type
from argon2.low_level import ARGON2_VERSION
from argon2.profiles import CHEAPEST
from hypothesis import given
from hypothesis import strategies as st

from errors import Unavailable
from services.accounts.passwords import LONGEST, Passwords, cost_of, encoded

SLOW = Parameters(Type.ID, ARGON2_VERSION, 16, 32, time_cost=4, memory_cost=16_384, parallelism=1)
"""Some 40 ms: long beside what a test does between two awaits."""


async def test_the_right_password_matches_and_another_does_not(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert await passwords.verify(stored, "correct horse")
    assert not await passwords.verify(stored, "correct horsf")


async def test_two_hashes_of_a_password_differ(passwords: Passwords) -> None:
    assert await passwords.hash("correct horse") != await passwords.hash("correct horse")


async def test_a_password_typed_decomposed_or_in_full_width_is_the_same(passwords: Passwords) -> None:
    stored = await passwords.hash("Zu\u0308rich-\uff11\uff12\uff13")
    assert await passwords.verify(stored, "Z\u00fcrich-123")


async def test_a_null_byte_does_not_end_a_password(passwords: Passwords) -> None:
    stored = await passwords.hash("correct\0horse")
    assert not await passwords.verify(stored, "correct\0house")


async def test_nobody_costs_as_much_as_somebody() -> None:
    passwords = Passwords(SLOW)
    stored = await passwords.hash("correct horse")
    spent = []
    for hash_ in (stored, None):
        began = time.process_time()
        assert not await passwords.verify(hash_, "wrong horse")
        spent.append(time.process_time() - began)
    assert 0.5 < spent[0] / spent[1] < 2
    passwords.close()


async def test_ten_megabytes_are_refused_without_hashing() -> None:
    passwords = Passwords(SLOW)
    stored = await passwords.hash("correct horse")
    began = time.process_time()
    assert not await passwords.verify(stored, "x" * 10_000_000)
    assert time.process_time() - began < 0.01
    with pytest.raises(ValueError, match="rules"):
        await passwords.hash("x" * 10_000_000)
    passwords.close()


async def test_a_hash_with_other_parameters_is_outdated_and_still_verifies(passwords: Passwords) -> None:
    stored = await passwords.hash("correct horse")
    newer = Passwords(SLOW)
    assert not passwords.outdated(stored)
    assert newer.outdated(stored)
    assert await newer.verify(stored, "correct horse")
    newer.close()


async def test_more_than_can_wait_are_refused_at_once_and_the_others_served() -> None:
    passwords = Passwords(SLOW, threads=1, queue=2)
    answers = await asyncio.gather(*(passwords.hash("correct horse") for _ in range(5)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [str, str, str, Unavailable, Unavailable]
    assert isinstance(await passwords.hash("correct horse"), str)
    passwords.close()


async def test_a_caller_that_gives_up_leaves_its_place() -> None:
    passwords = Passwords(SLOW, threads=1, queue=1)
    first, second = (asyncio.ensure_future(passwords.hash("correct horse")) for _ in range(2))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.wait([second])
    assert isinstance(await passwords.hash("correct horse"), str)
    assert isinstance(await first, str)
    passwords.close()


async def test_the_event_loop_goes_on_while_passwords_are_hashed() -> None:
    passwords = Passwords(SLOW)
    work = asyncio.gather(*(passwords.hash("correct horse") for _ in range(4)))
    turns = 0
    while not work.done():
        turns += 1
        await asyncio.sleep(0)
    assert turns > 20
    passwords.close()


@given(st.text(max_size=LONGEST))
def test_what_is_hashed_is_the_same_when_normalised_twice(text: str) -> None:
    once = encoded(text)
    assert once is not None
    if len(once.decode()) <= LONGEST:
        assert encoded(once.decode()) == once


@pytest.mark.parametrize("text", ["\ud800 half a pair", "x" * (LONGEST + 1)])
def test_what_cannot_be_a_password_has_no_bytes(text: str) -> None:
    assert encoded(text) is None


def test_the_cheapest_profile_is_for_tests_only() -> None:
    assert Passwords().outdated("$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g")
    assert CHEAPEST.memory_cost == 8


async def test_the_cost_of_hashes_is_that_of_the_settings(passwords: Passwords) -> None:
    dearer = Passwords(cost_of(memory=64, passes=3))
    stored = await dearer.hash("correct horse")
    assert "$m=64,t=3,p=1$" in stored
    assert passwords.outdated(stored) and not dearer.outdated(stored)
    dearer.close()
