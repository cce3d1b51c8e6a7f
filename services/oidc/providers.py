"""The providers by which people may log in, as the operator names them: read and checked once, at the start.

Nothing that is said of a mistake holds a value, since one of them is a secret.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

from services.oidc.endpoints import is_endpoint

SCOPES = ("openid", "profile", "email")
MOST = 20
"""Providers of an installation: more buttons help nobody."""
_TABLE = "providers"
_HEAD = re.compile(rf"^\s*\[\[\s*{_TABLE}\s*\]\]", re.MULTILINE)
"""What is in TOML and not in JSON."""
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
"""A scope (RFC 6749, appendix A.4)."""


class ProvidersInvalid(Exception):
    """The providers of the settings cannot be read; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: `name` stands in addresses, `display_name` on buttons.

    With `trusts_email`, an address counts as verified where the provider says so. It is for providers that own the addresses
    or have their owners follow a link.
    """

    name: str
    display_name: str
    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    scopes: Sequence[str]
    trusts_email: bool


class _Given(BaseModel):
    """A provider as it is written."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,30}$")]
    display_name: Annotated[str, Field(min_length=1, max_length=50)]
    issuer: str
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    scopes: tuple[str, ...] = SCOPES
    trusts_email: bool = False

    def checked(self) -> Provider:
        """Check what no type says, and read the file of the secret.

        Raises:
            ProvidersInvalid: something is wrong.

        """
        if not is_endpoint(self.issuer, loopback=True) or "?" in self.issuer:
            raise self._wrong("its issuer must be an https address without a query; http is for this machine alone")
        if "openid" not in self.scopes or not all(_SCOPE.fullmatch(scope) for scope in self.scopes):
            raise self._wrong("its scopes must be words, and one of them `openid`")
        if self.client_secret is not None and self.client_secret_file is not None:
            raise self._wrong("it has both client_secret and client_secret_file")
        return Provider(
            name=self.name,
            display_name=self.display_name,
            issuer=self.issuer,
            client_id=self.client_id,
            client_secret=self._secret(),
            scopes=self.scopes,
            trusts_email=self.trusts_email,
        )

    def _secret(self) -> str | None:
        if self.client_secret_file is None:
            return None if self.client_secret is None else self.client_secret.get_secret_value()
        try:
            return self.client_secret_file.read_text("utf-8").strip()
        except (OSError, UnicodeError) as error:
            raise self._wrong(f"its client_secret_file cannot be read ({type(error).__name__})") from None

    def _wrong(self, what: str) -> ProvidersInvalid:
        return ProvidersInvalid(f"The provider {self.name} is not set up: {what}.")


_GIVEN = TypeAdapter(list[_Given])


@dataclass(frozen=True, slots=True)
class Providers:
    """Every provider by its name, in the operator's order."""

    by_name: Mapping[str, Provider]

    @classmethod
    def read(cls, text: str) -> Self:
        """Read the providers of the settings: a list in JSON, or in JSON or TOML what holds it under `providers`.

        Raises:
            ProvidersInvalid: they cannot be read, or one of them is not set up as it must be.

        """
        written = _written(text) if text.strip() else []
        try:
            found = [each.checked() for each in _GIVEN.validate_python(written)]
        except ValidationError as error:
            # Not its message, nor the error itself: both hold what was given.
            wrong = "; ".join(_said(each["loc"], each["msg"]) for each in error.errors(include_input=False, include_url=False))
            raise ProvidersInvalid(f"The providers are not set up: {wrong}.") from None
        by_name = {each.name: each for each in found}
        issuers = {each.issuer for each in found}
        if len(by_name) < len(found) or len(issuers) < len(found):
            raise ProvidersInvalid("Two providers have the same name or the same issuer.")
        if len(found) > MOST:
            raise ProvidersInvalid(f"There are more than {MOST} providers.")
        return cls(by_name)


def _written(text: str) -> object:
    is_toml = _HEAD.search(text) is not None
    try:
        written = tomllib.loads(text) if is_toml else json.loads(text)
    except ValueError:  # it may quote what was given
        raise ProvidersInvalid(f"ROOKERY_PROVIDERS is not {'TOML' if is_toml else 'JSON'}.") from None
    return written.get(_TABLE) if isinstance(written, dict) else written


def _said(place: Sequence[int | str], message: str) -> str:
    return f"{'.'.join(map(str, place)) or 'the list'}: {message}"
