"""The providers of the settings: read from the environment or a file, and refused in words without a secret."""

import json

import pytest

from services.oidc.providers import Providers, ProvidersInvalid

GOOD = {"name": "example", "display_name": "Example", "issuer": "https://id.example.org", "client_id": "rookery"}
SECRET = "do not tell"


def read(*given: object):
    return Providers.read(json.dumps(given) if given else "")


def test_none_are_set():
    assert read().by_name == {}


def test_a_provider_is_read_with_what_is_usual():
    found = read({**GOOD, "client_secret": SECRET}).by_name["example"]
    assert (found.client_secret, found.scopes, found.trusts_email) == (SECRET, ("openid", "profile", "email"), False)
    assert SECRET not in repr(found)


def test_they_are_in_toml_or_json_and_a_secret_may_be_in_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    lines = [f'{name} = "{value}"' for name, value in GOOD.items()]
    toml = ["# Ours", "[[providers]]", *lines, f'client_secret_file = "{secret}"', "trusts_email = true"]
    found = Providers.read("\n".join(toml)).by_name["example"]
    assert (found.client_secret, found.trusts_email) == (SECRET, True)
    assert Providers.read(json.dumps({"providers": [GOOD]})).by_name["example"].client_secret is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([{**GOOD, "issuer": "http://id.example.org"}], "its issuer must be an https address"),
        ([{**GOOD, "issuer": "https://id.example.org/?a=b"}], "its issuer must be an https address"),
        ([{**GOOD, "issuer": "nonsense"}], "its issuer must be an https address"),
        ([{**GOOD, "name": "No Name"}], "0.name"),
        ([{**GOOD, "client_secret": {"it": SECRET}}], "0.client_secret"),
        ([{**GOOD, "client_secrets": SECRET}], "0.client_secrets: Extra inputs"),
        ([{**GOOD, "client_secret": SECRET, "client_secret_file": "x"}], "both client_secret and client_secret_file"),
        ([{**GOOD, "client_secret_file": "/nowhere/at/all"}], "its client_secret_file cannot be read"),
        ([{**GOOD, "scopes": ["email"]}], "one of them `openid`"),
        ([{**GOOD, "scopes": ["openid", "a b"]}], "one of them `openid`"),
        ([GOOD, GOOD], "the same name"),
        ([GOOD, {**GOOD, "name": "other"}], "the same issuer"),
        ([{**GOOD, "name": f"n{n}", "issuer": f"https://{n}.example.org"} for n in range(21)], "more than 20"),
        ([SECRET], "0: "),
    ],
)
def test_what_is_not_right_is_said_without_what_was_given(given, said):
    with pytest.raises(ProvidersInvalid) as refused:
        read(*given)
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "text",
    [f'[{{"client_secret": "{SECRET}"', f'[[providers]]\nclient_secret = "{SECRET}', '{"providers": null}', '"no"', "nonsense"],
)
def test_what_cannot_be_read_at_all_is_said(text):
    with pytest.raises(ProvidersInvalid) as refused:
        Providers.read(text)
    assert SECRET not in str(refused.value)
    assert (refused.value.__cause__, refused.value.__suppress_context__) == (None, True)
