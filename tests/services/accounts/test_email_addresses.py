"""E-mail addresses: spellings and sameness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import InvalidInput
from services.accounts.email_addresses import LONGEST, EmailAddress


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ana@example.org", "ana@example.org"),
        ("  Ana.Lima+news@Example.ORG ", "Ana.Lima+news@example.org"),
        ("o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ana@straße.example", "ana@xn--strae-oqa.example"),
        ("ana@λόγος.example", "ana@xn--oxapnm1c.example"),
        ("ana@日本。example", "ana@xn--wgv71a.example"),
        ("ana@ab--c.example", "ana@ab--c.example"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_an_address_is_kept_as_typed_with_its_domain_in_ascii(text: str, written: str) -> None:
    assert EmailAddress.of(text).written == written


def test_case_does_not_make_another_address() -> None:
    assert EmailAddress.of("Ana@Example.org").identity == EmailAddress.of("ana@example.ORG").identity


@pytest.mark.parametrize(
    "text",
    [
        "", "@", "ana", "ana@", "@example.org", "ana@localhost", "ana@127.0.0.1", "ana@[127.0.0.1]", "a@b@example.org",
        ".ana@example.org", "ana.@example.org", "a..b@example.org", "ana@-example.org", "ana@example-.org", "ana@example..org",
        "ana@example.org.", "ana lima@example.org", "ana@exam ple.org", "ana\0@example.org", "ana@example.org\0",
        "ana@example.org\nBcc: all@example.org", "<ana@example.org>", "\u0430na@example.org", '"ana"@example.org',
        "ana@\ud800.org", f"{'a' * 65}@example.org", f"ana@{'a' * 64}.org", f"ana@{'a.' * 130}org",
        "x" * 1_000_000 + "@example.org", "ana@" + "ü" * 200 + ".org",
        "ana@a\u200db.org", "ana@\u2665.org", "ana@xn--ü.org",
    ],
)
def test_what_is_not_an_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        EmailAddress.of(text)
    assert refused.value.field == "email"


@given(st.text())
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        address = EmailAddress.of(text)
    except InvalidInput:
        return
    assert address.written.isascii()


@given(st.from_regex(r"[A-Za-z0-9+]{1,20}@[A-Za-zäöü]{1,20}\.(org|example)", fullmatch=True))
def test_a_written_address_reads_as_itself(text: str) -> None:
    address = EmailAddress.of(text)
    assert EmailAddress.of(address.written) == address
    assert len(address.written) <= LONGEST
