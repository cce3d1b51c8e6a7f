"""Access tokens: what is accepted, what is refused, and for how long."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

import services.accounts.tokens as module
from errors import Unauthenticated
from services.accounts.tokens import EXPIRED, LEEWAY, LONGEST, NOT_VALID, AccessTokens
from services.derived_keys import derived_key, key_id

SECRET, OTHER = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
ANA = "01890a5d-ac96-774b-bcce-b302099a8057"
NOON = 1_800_000_000
LIFE = timedelta(minutes=15)


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = float(NOON)

    def __call__(self) -> float:
        return self.now


def tokens_at_noon(secrets: str = SECRET) -> AccessTokens:
    return AccessTokens(secrets, LIFE, lambda: NOON)


def signed(secret: str = SECRET, header: dict[str, str] | None = None, **changed: object) -> str:
    """Sign what a server with this secret would, but for the changes; a claim changed to None is left out."""
    raw = derived_key(secret, "access token")
    whole = {"alg": "HS256", "typ": "at+jwt", "kid": key_id(secret), **(header or {})}
    claims = {"iss": "rookery", "sub": ANA, "key": 7, "iat": NOON, "exp": NOON + 900, "jti": "t", **changed}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(whole, claims, OctKey.import_key(raw), algorithms=[whole["alg"]])


def refusal_of(token: str, tokens: AccessTokens | None = None) -> str:
    with pytest.raises(Unauthenticated) as refused:
        (tokens or tokens_at_noon()).verify(token)
    return refused.value.message


def part(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def test_a_token_says_who_showed_it() -> None:
    tokens = tokens_at_noon()
    access = tokens.issue(ANA, 7)
    viewer = tokens.verify(access.token)
    assert viewer == access.viewer
    assert (viewer.id, viewer.key) == (ANA, 7)
    assert access.expires_at.timestamp() == NOON + LIFE.total_seconds()
    assert tokens.verify(access.token) is viewer
    assert len(access.token) < 0.7 * LONGEST


def test_two_tokens_of_a_person_that_are_issued_at_once_differ() -> None:
    tokens = tokens_at_noon()
    assert tokens.issue(ANA, 7).token != tokens.issue(ANA, 7).token


def test_what_the_server_signs_is_what_the_test_signs() -> None:
    assert tokens_at_noon().verify(signed()).key == 7


@pytest.mark.parametrize("seen_before", [True, False])
def test_a_token_ends_with_its_life_whether_cached_or_not(*, seen_before: bool) -> None:
    clock = Clock()
    tokens = AccessTokens(SECRET, LIFE, clock)
    token = tokens.issue(ANA, 7).token
    if seen_before:
        tokens.verify(token)
    clock.now += LIFE.total_seconds() + LEEWAY - 1
    tokens.verify(token)
    clock.now += 1
    assert refusal_of(token, tokens) == EXPIRED
    assert refusal_of(token, tokens) == EXPIRED


def test_a_server_whose_clock_is_a_little_behind_accepts_a_new_token() -> None:
    assert AccessTokens(SECRET, LIFE, lambda: NOON - 2).verify(signed()).id == ANA


@pytest.mark.parametrize(
    "make",
    [
        lambda: signed(secret=OTHER),
        lambda: signed(secret=OTHER, header={"kid": key_id(SECRET)}),
        lambda: signed(header={"alg": "HS512"}),
        lambda: signed(header={"typ": "JWT"}),
        lambda: signed(header={"typ": "cursor"}),
        lambda: signed(header={"kid": "unknown"}),
        lambda: signed(iss="https://elsewhere.example"),
        lambda: signed(iss=None),
        lambda: signed(sub=None),
        lambda: signed(sub=7),
        lambda: signed(key=None),
        lambda: signed(key="7"),
        lambda: signed(key=True),
        lambda: signed(exp=None),
        lambda: signed(exp="never"),
        lambda: signed(exp=True),
        lambda: signed(jti=None),
        lambda: signed(iat=NOON + 3_600),
        lambda: signed(nbf=NOON + 3_600),
    ],
)
def test_another_key_algorithm_type_issuer_or_claim_is_not_valid(make: Callable[[], str]) -> None:
    assert refusal_of(make()) == NOT_VALID


def test_an_unsigned_token_is_not_valid() -> None:
    claims = {"iss": "rookery", "sub": ANA, "key": 7, "iat": NOON, "exp": NOON + 900, "jti": "t"}
    kid = key_id(SECRET)
    for alg in ("none", "None", "NONE", "", None):
        header = part({"alg": alg, "typ": "at+jwt", "kid": kid})
        assert refusal_of(f"{header}.{part(claims)}.") == NOT_VALID
        assert refusal_of(f"{header}.{part(claims)}") == NOT_VALID
    signature = signed().rpartition(".")[2]
    assert refusal_of(f"{part({'alg': 'none', 'typ': 'at+jwt', 'kid': kid})}.{part(claims)}.{signature}") == NOT_VALID


@pytest.mark.parametrize("header", [[], 7, "x", None, {"alg": "HS256"}, {"kid": 7, "alg": "HS256"}, {"alg": ["HS256"]}])
def test_a_header_of_another_shape_is_not_valid(header: object) -> None:
    assert refusal_of(f"{part(header)}.{part({})}.{signed().rpartition('.')[2]}") == NOT_VALID


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "\0", "é.è.ê", "\ud800", " " + signed(), "x" * 10_000_000])
def test_what_is_not_a_token_is_not_valid(token: str) -> None:
    assert refusal_of(token) == NOT_VALID


@pytest.mark.parametrize("depth", [350, 5_000, 1_000_000])
def test_deep_brackets_are_not_valid(depth: int) -> None:
    brackets = base64.urlsafe_b64encode(b"[" * depth).rstrip(b"=").decode()
    assert refusal_of(f"{brackets}.e30.x") == NOT_VALID


@given(st.data())
def test_a_changed_token_is_not_valid(data: st.DataObject) -> None:
    token = signed()
    place = data.draw(st.integers(0, len(token) - 2))  # the two last bits of the last letter carry nothing
    letter = data.draw(st.sampled_from("ABCXYZabcxyz019-_.").filter(lambda c: c != token[place]))
    assert refusal_of(token[:place] + letter + token[place + 1 :]) == NOT_VALID


@given(st.text(max_size=200))
def test_any_text_is_not_valid(text: str) -> None:
    assert refusal_of(text) == NOT_VALID


def test_a_new_secret_goes_first_and_the_old_one_is_accepted_until_it_is_removed() -> None:
    before = tokens_at_noon(SECRET).issue(ANA, 7).token
    during = tokens_at_noon(f"{OTHER}, {SECRET}")
    after = tokens_at_noon(OTHER)
    assert during.verify(before).id == ANA
    assert after.verify(during.issue(ANA, 7).token).id == ANA
    assert refusal_of(before, after) == NOT_VALID


def test_cached_tokens_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CACHED", 3)
    tokens = tokens_at_noon()
    issued = [tokens.issue(ANA, n).token for n in range(10)]
    assert [tokens.verify(token).key for token in issued] == list(range(10))
    assert len(tokens._verified) == 3
    assert tokens.verify(issued[0]).key == 0
