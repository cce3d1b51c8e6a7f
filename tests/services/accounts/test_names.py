"""Usernames and display names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from services.accounts.names import LONGEST_DISPLAY_NAME, check_username, display_name_of, username_key
from services.accounts.reserved_names import RESERVED


@pytest.mark.parametrize("text", ["ana", "Ana_Lima", "_ana_", "a1_", "x" * 30, "007"])
def test_a_username_is_compared_in_lower_case(text: str) -> None:
    assert check_username(text) == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "", "an", "x" * 31, "x" * 1_000_000, "ana lima", "ana.lima", "ana-lima", "ana\n", "\0ana", "ana\0", "an\u0430",
        "\u212aim",
        "ana\u200d", "\uff41na",
        "\u00e1na", "ana@x", "١٢٣", "\ud800\ud800\ud800", "admin", "ROOT", "Rookery", "__admin__", "graphql",
    ],
)
def test_lookalikes_other_characters_and_reserved_names_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_username(text)
    assert refused.value.field == "username"


@given(st.text(max_size=40))
def test_a_username_key_is_plain_ascii_in_lower_case(text: str) -> None:
    key = username_key(text)
    assert key is None or (key.isascii() and key == key.lower() and len(key) == len(text))


def test_reserved_names_are_written_as_they_are_compared() -> None:
    assert all(name == name.lower().strip("_") for name in RESERVED)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Ana   Lima ", "Ana Lima"),
        ("Zu\u0308rich", "Z\u00fcrich"),
        ("Ана", "Ана"),
        ("Ana\u3000\u00a0Lima", "Ana Lima"),
        ("Ana\nLima\t\u2028", "Ana Lima"),
        ("👩\u200d🔬 Ana", "👩\u200d🔬 Ana"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("x" * LONGEST_DISPLAY_NAME, "x" * LONGEST_DISPLAY_NAME),
    ],
)
def test_a_display_name_may_be_of_any_alphabet(text: str, name: str) -> None:
    assert display_name_of(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "\n", "\u200d", "\u200b", "\u3164", "\u2800", "\u0301", "\ue000", "a\0b", "ana\u202eamil", "\u2066ana",
        "\ud800",
        "x" * (LONGEST_DISPLAY_NAME + 1), "x" * 1_000_000,
    ],
)
def test_empty_long_and_blank_display_names_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        display_name_of(text)
    assert refused.value.field == "displayName"


@given(st.text(max_size=80))
def test_a_display_name_is_stable(text: str) -> None:
    try:
        name = display_name_of(text)
    except InvalidInput:
        return
    assert display_name_of(name) == name
    assert unicodedata.is_normalized("NFC", name)
