"""Usernames and display names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from services.accounts.lookalikes import skeleton_of
from services.accounts.names import LONGEST_DISPLAY_NAME, USERNAME, NewUsername, UsernameRules, display_name_of, username_key
from services.accounts.reserved_names import BY_REASON, RESERVED

RULES = UsernameRules.of()


@pytest.mark.parametrize("text", ["ana", "Ana_Lima", "_ana_", "a1_", "x" * 30, "007", "ali", "ail", "newsman"])
def test_a_username_is_compared_in_lower_case(text: str) -> None:
    assert RULES.check(text).key == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "", "an", "x" * 31, "x" * 1_000_000, "ana lima", "ana.lima", "ana-lima", "ana\n", "\0ana", "ana\0", "an\u0430",
        "\u212aim",
        "ana\u200d", "\uff41na",
        "\u00e1na", "ana@x", "١٢٣", "\ud800\ud800\ud800", "admin", "ROOT", "Rookery", "__admin__", "graphql",
        "adrnin", "r00t", "Iogin", "_supp0rt_", "vvvvvv", "STAFF", "tearn", "moderat0r", "officiaI",
        "ADMlN", "OFFlCIAL", "VERlFY", "SlGNIN", "adm1n", "a_d_m_i_n", "A_DMlN", "n0Reply",
    ],
)
def test_lookalikes_other_characters_and_reserved_names_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        RULES.check(text)
    assert refused.value.field == "username"


@given(st.text(max_size=40))
def test_a_username_key_is_plain_ascii_in_lower_case(text: str) -> None:
    key = username_key(text)
    assert key is None or (key.isascii() and key == key.lower() and len(key) == len(text))


def test_reserved_names_are_written_as_they_are_compared() -> None:
    assert all(name == name.lower().strip("_") for name in RESERVED)
    assert sum(len(names.split()) for names in BY_REASON.values()) == len(RESERVED)


def test_an_operator_reserves_others() -> None:
    rules = UsernameRules.of(("Acme_Inc", "_acme_"))
    for text in ("acme_inc", "ACME", "acrne", "acme_"):
        assert RULES.check(text).text == text
        with pytest.raises(InvalidInput, match="reserved"):
            rules.check(text)
    assert rules.check("acme_fan") == NewUsername("acme_fan", "acme_fan", "acrne_fan")


@pytest.mark.parametrize(
    ("one", "other"), [("modern", "modem"), ("Ian", "lan"), ("b0b", "BOB"), ("pau1", "paul"), ("Pau1", "pauI"), ("wim", "vvirn")]
)
def test_what_looks_the_same_has_one_skeleton(one: str, other: str) -> None:
    assert skeleton_of(one) == skeleton_of(other)


@pytest.mark.parametrize(("one", "other"), [("ian", "lan"), ("bob", "bobb"), ("ana", "ana_"), ("vim", "wim"), ("corn", "con")])
def test_what_looks_different_has_two(one: str, other: str) -> None:
    assert skeleton_of(one) != skeleton_of(other)


@given(st.from_regex(USERNAME, fullmatch=True))
def test_a_skeleton_is_its_own(text: str) -> None:
    assert skeleton_of(skeleton_of(text)) == skeleton_of(text)


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
