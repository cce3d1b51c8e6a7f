"""Codes of authenticator apps and for recovery, and challenges: what is taken, and what is not."""

import re
from base64 import urlsafe_b64encode
from dataclasses import replace

import pyotp
import pytest

from clock import in_milliseconds
from graph.rows.factors import StoredCode
from services.factors.challenges import LIFE, LONGEST, ChallengePurpose, Challenges
from services.factors.recovery_codes import digest_of, new_codes
from services.factors.relying_party import RelyingParty
from services.factors.sealed import FactorSeals
from services.factors.totp import address_of, counter_of, new_secret

SECRET = "0123456789abcdef0123456789abcdef"
AT = 1_800_000_015_000
COUNTER = AT // 30_000


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_one_code_and_not_by_two(steps, taken):
    secret = new_secret()
    code = pyotp.TOTP(secret).at(AT // 1_000 + 30 * steps)
    assert counter_of(secret, code, lambda: AT) == (COUNTER + steps if taken else None)
    assert counter_of(secret, f" {code[:3]} {code[3:]} ", lambda: AT) == (COUNTER + steps if taken else None)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345\0", "²²²²²²"])
def test_what_is_no_code_is_none_of_any_moment(code):
    assert counter_of(new_secret(), code, lambda: AT) is None


def test_an_app_reads_secret_name_and_product_from_the_address():
    secret = new_secret()
    assert re.fullmatch(r"[A-Z2-7]{32}", secret) and secret != new_secret()
    read = pyotp.parse_uri(address_of(secret, "mira", "Rookery & Sons"))
    assert (read.secret, read.name, read.issuer) == (secret, "mira", "Rookery & Sons")


def test_recovery_codes_are_120_random_bits_in_letters_that_read_like_no_other():
    codes = new_codes()
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}", code) for code in codes)


@pytest.mark.parametrize("typed", ["0123-4567-89AB-CDEF-GHJK-MNPQ", "O123 4567 89ab cdef ghjk mnpq", "oi234567-89ABCDEFGHJKMNPQ"])
def test_a_recovery_code_may_be_typed_in_many_ways(typed):
    assert digest_of(typed) == digest_of("0123456789ABCDEFGHJKMNPQ")


@pytest.mark.parametrize("typed", ["", "0123-4567-89AB-CDEF-GHJK-MNP", "0123-4567-89AB-CDEF-GHJK-MNPU", "x" * 10_000])
def test_what_is_no_recovery_code_has_no_digest(typed):
    assert digest_of(typed) is None


def test_a_recovery_code_is_found_among_those_that_are_sealed():
    seals, codes = FactorSeals.of(SECRET), new_codes()
    stored = [StoredCode(id_, sealed, is_used=False) for id_, sealed in seals.rows_of(codes)]
    assert seals.found(stored, codes[7]) == stored[7]
    assert seals.found(stored, new_codes()[0]) is None and seals.found([], codes[0]) is None


def test_a_challenge_is_read_for_its_purpose_until_its_end_and_by_every_secret():
    now = AT
    challenges = Challenges(SECRET, lambda: now)
    challenge = challenges.new(ChallengePurpose.LOG_IN, "somebody", challenges.digest("hash"), "é" * 60)
    text = challenges.text_of(challenge)
    assert len(text) <= LONGEST
    rotated = Challenges(f"another secret of thirty-two bytes,{SECRET}", lambda: now)
    assert challenges.read(text, ChallengePurpose.LOG_IN) == rotated.read(text, ChallengePurpose.LOG_IN) == challenge
    assert rotated.is_digest(challenge.bound_to, "hash")
    for purpose in ChallengePurpose:
        assert (challenges.read(text, purpose) is None) == (purpose is not ChallengePurpose.LOG_IN)
    assert Challenges("another secret of thirty-two bytes", lambda: now).read(text, ChallengePurpose.LOG_IN) is None
    now += in_milliseconds(LIFE)
    assert challenges.read(text, ChallengePurpose.LOG_IN) is None


def test_a_challenge_that_was_changed_is_none():
    challenges = Challenges(SECRET, lambda: AT)
    challenge = challenges.new(ChallengePurpose.LOG_IN, "mira")
    signature, said = challenges.bytes_of(challenge)[:32], challenges.bytes_of(replace(challenge, user_id="jo22"))[32:]
    assert challenges.read(challenges.text_of(challenge)[:-2], ChallengePurpose.LOG_IN) is None
    forged = urlsafe_b64encode(signature + said).decode().rstrip("=")
    assert challenges.read(forged, ChallengePurpose.LOG_IN) is None


@pytest.mark.parametrize(
    ("url", "domain", "id_", "origin"),
    [
        ("http://127.0.0.1:8000", "", "localhost", "http://localhost:8000"),
        ("http://0.0.0.0:8000", "", "localhost", "http://localhost:8000"),
        ("http://[::1]:8000", "", "localhost", "http://localhost:8000"),
        ("https://api.example.org", "", "api.example.org", "https://api.example.org"),
        ("https://api.example.org/", "example.org", "example.org", "https://api.example.org"),
    ],
)
def test_passkeys_are_bound_to_the_host_of_the_server_or_to_the_domain_that_is_set(url, domain, id_, origin):
    party = RelyingParty.of("Rookery", url, ("https://app.example.org",), domain)
    assert (party.id, party.origins) == (id_, [origin, "https://app.example.org"])
