"""Which passwords are accepted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from services.accounts.common_passwords import SIZE, common_digests, digest_of, filter_of, is_common
from services.accounts.email_addresses import EmailAddress
from services.accounts.password_rules import GUESSED, NAMED, check_password

EMAIL = EmailAddress.of("ana.lima@example.org")


def refusal(password: str, field: str = "password") -> str:
    with pytest.raises(InvalidInput) as refused:
        check_password(password, "ana_lima_9", EMAIL, field)
    assert refused.value.field == field
    return refused.value.message


@pytest.mark.parametrize(
    "password",
    [
        "correct horse", "ünïcödé!", "密码不是密码的本子", "lamp of seven otters " * 6, "   spaced   ", "rookery-demo",
        "tr0ub4dor&3", "Butterfly-4711-8829", "ana lives in lima", "mehrzweckhalle 12", "1348120573",
    ],
)
def test_long_enough_and_not_among_the_first_guesses_is_enough(password: str) -> None:
    check_password(password, "ana_lima_9", EMAIL)


@pytest.mark.parametrize(
    "password", ["", "seven77", "a" * 129, "x" * 10_000_000, "null\0byte8", "line\nbreak8", "\ud800surrogate", " " * 12]
)
def test_too_short_too_long_and_what_cannot_be_typed_is_refused(password: str) -> None:
    assert refusal(password) not in {GUESSED, NAMED}


@pytest.mark.parametrize(
    "password",
    [
        "password1", "PassWord1", "\uff50assword1", "iloveyou", "1q2w3e4r5t", "basketball", "internationalization", "P@ssw0rd",
        "password2026!", "!!elephant!!", "a" * 128, "abcabcab", "hahahaha", "密码密码密码密码", "23456789", "87654321",
        "zyxwvutsr", "11223344", "0987654321",
    ],
)
def test_what_is_guessed_first_is_refused_in_any_spelling(password: str) -> None:
    assert refusal(password) == GUESSED


@pytest.mark.parametrize(
    "password",
    [
        "ana_lima_9", "ANA_LIMA_9", "ana.lima@example.org", "Ana.Lima@Example.org", "ana.lima", "AnaLima1990", "2026-ana-lima!",
        "rookery2026", "!ROOKERY!",
    ],
)
def test_names_make_no_password(password: str) -> None:
    assert refusal(password) == NAMED


def test_a_name_of_digits_and_signs_is_no_password_and_takes_no_other_one_away() -> None:
    with pytest.raises(InvalidInput, match="username"):
        check_password("2718281828", "2718281828", EMAIL)
    check_password("4472135954", "2718281828", EMAIL)


def test_a_password_is_never_in_the_message_and_the_field_is_that_of_the_client() -> None:
    assert "iloveyou" not in refusal("iloveyou", "newPassword")


def test_the_filter_holds_more_than_the_three_thousand_that_must_be_refused_each_once() -> None:
    digests = list(common_digests())
    assert len(digests) > 40_000
    assert digests == sorted(set(digests))
    assert not is_common("")
    assert not is_common("correct horse")


@given(st.lists(st.text()))
def test_a_filter_is_digests_in_order_of_the_highest_byte_first(put: list[str]) -> None:
    digests = {digest_of(text) for text in put}
    written = filter_of(digests)
    assert [int.from_bytes(written[at : at + SIZE], "big") for at in range(0, len(written), SIZE)] == sorted(digests)
