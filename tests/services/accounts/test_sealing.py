"""Sealed texts and fingerprints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.derived_keys import derived_key, key_id, rotated
from services.sealing import KeyMissing, SealBroken, Sealing, key_of

SECRET, OTHER = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
EMAILS = Sealing(SECRET, "e-mail")


@given(st.text())
def test_a_sealed_text_opens_to_itself(text: str) -> None:
    assert EMAILS.unseal(EMAILS.seal(text)) == text


def test_a_text_is_sealed_differently_each_time_and_has_one_fingerprint() -> None:
    assert EMAILS.seal("ana@example.org") != EMAILS.seal("ana@example.org")
    assert EMAILS.fingerprint("ana@example.org") == Sealing(SECRET, "e-mail").fingerprint("ana@example.org")
    assert EMAILS.fingerprint("ana@example.org") != EMAILS.fingerprint("bo@example.org")


@pytest.mark.parametrize("other", [Sealing(OTHER, "e-mail"), Sealing(SECRET, "totp")])
def test_another_secret_or_purpose_opens_nothing_and_sees_other_fingerprints(other: Sealing) -> None:
    with pytest.raises(SealBroken):
        other.unseal(EMAILS.seal("ana@example.org"))
    assert other.fingerprint("ana@example.org") != EMAILS.fingerprint("ana@example.org")


def test_a_changed_or_foreign_text_is_broken() -> None:
    sealed = EMAILS.seal("ana@example.org")
    head, key, nonce, text, tag = sealed.split(".")
    swapped = ("A" if text[0] != "A" else "B") + text[1:]
    for broken in (f"{head}.{key}.{nonce}.{swapped}.{tag}", "", "ana@example.org", "a.b.c.d.e", sealed[:-10], sealed + "x.y"):
        with pytest.raises(SealBroken):
            EMAILS.unseal(broken)


def test_purposes_have_keys_of_their_own() -> None:
    assert len({derived_key(SECRET, "access token"), derived_key(SECRET, "cursor"), derived_key(OTHER, "cursor")}) == 3


def test_of_several_secrets_the_first_seals_and_all_open() -> None:
    both = Sealing(f"{OTHER},{SECRET}", "e-mail")
    assert both.unseal(EMAILS.seal("ana")) == both.unseal(both.seal("ana")) == "ana"
    assert key_of(both.seal("ana")) == key_id(OTHER)
    assert both.fingerprints("ana") == [both.fingerprint("ana"), EMAILS.fingerprint("ana")]
    with pytest.raises(KeyMissing, match=key_id(OTHER)):
        EMAILS.unseal(both.seal("ana"))


def test_a_text_that_names_another_key_than_its_own_is_broken() -> None:
    both = Sealing(f"{OTHER},{SECRET}", "e-mail")
    head, sealed = (each.seal("ana").split(".") for each in (EMAILS, both))
    with pytest.raises(SealBroken):
        both.unseal(".".join([head[0], *sealed[1:]]))


def test_secrets_are_separated_by_commas_or_lines() -> None:
    assert rotated(" a ,b,, c ") == rotated("a\nb\n\nc\n") == ["a", "b", "c"]
    assert rotated("") == []
