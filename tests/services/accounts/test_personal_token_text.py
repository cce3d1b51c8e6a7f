"""How tokens of programs are written and read."""

import re
import string

from hypothesis import given
from hypothesis import strategies as st

from graph.ids import new_id, unpack
from services.accounts.personal_token_text import PREFIX, PersonalTokenText, token_start

LETTERS = string.digits + string.ascii_letters


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read_back(id_: bytes, secret: bytes) -> None:
    token = PersonalTokenText(unpack(id_), secret)
    assert re.fullmatch(r"rookery_pat_[0-9A-Za-z]{71}", str(token))
    assert PersonalTokenText.of(str(token)) == token
    assert str(token).startswith(token_start(token.id))


@given(st.integers(0, 82), st.sampled_from(LETTERS + "_-. é"))
def test_no_other_letter_makes_a_token(at: int, letter: str) -> None:
    text = str(PersonalTokenText(unpack(b"i" * 16), b"s" * 32))
    changed = text[:at] + letter + text[at + 1 :]
    assert (PersonalTokenText.of(changed) is None) == (changed != text)


@given(st.text(max_size=100))
def test_other_texts_are_no_tokens(text: str) -> None:
    assert PersonalTokenText.of(text) is None
    assert PersonalTokenText.of(PREFIX + text) is None


def test_every_token_has_a_secret_of_its_own() -> None:
    id_ = new_id()
    one, other = PersonalTokenText.new(id_), PersonalTokenText.new(id_)
    assert one.secret != other.secret
    assert one.secret_hash != other.secret_hash
    assert len(one.secret) == 32
