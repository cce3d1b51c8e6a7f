"""Reads the settings from the environment, or from the file that `rookery up` writes for the other commands."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from pydantic_settings import SettingsError

from services.accounts.generated_secrets import ensure_secrets
from services.secret_files import SUFFIX
from services.settings import Settings

if TYPE_CHECKING:  # serving needs nothing of the embedded servers
    from stack.embedded import StackAddresses

FILE = "rookery.env"
"""File in the data folder with the settings for the servers that `rookery up` started."""
MAIL_FROM = "Rookery <no-reply@rookery.example>"
"""Whom mails of the embedded servers are from; they leave the machine nowhere."""
SERVERS = ("ROOKERY_NEO4J_URI", "ROOKERY_REDIS_URL", "ROOKERY_S3_ENDPOINT")
"""Settings that name the servers; all three are needed for other servers than the embedded ones."""


class SettingsRefused(Exception):
    """A setting is missing or invalid; the message has one line for each."""


def load_settings(folder: Path | None = None) -> Settings:
    """Read the settings; those missing in the environment come from the file of a running `rookery up`.

    Raises:
        SettingsRefused: a value is invalid, or nothing says where the servers are.

    """
    file = (folder or Path(os.environ.get("ROOKERY_DATA_DIR", ".rookery"))) / FILE
    local = file.exists() and not names_own_servers(os.environ)
    try:
        settings = Settings(_env_file=file if local else None)
    except SettingsError as error:
        raise SettingsRefused(str(error)) from error
    except ValidationError as error:
        lines = [_complaint(each["loc"], each["msg"]) for each in error.errors()]
        raise SettingsRefused("\n".join(lines)) from error
    if not (settings.neo4j_uri and settings.redis_url.get_secret_value() and settings.s3_endpoint):
        raise SettingsRefused(
            "Nothing says where the servers are: run `rookery up` in this folder first, or set "
            + ", ".join(SERVERS) + " (see docs/operations.md)."
        )
    return settings


def _complaint(place: Sequence[int | str], message: str) -> str:
    """Return what is wrong with a setting, or with several together, which the message names."""
    return f"ROOKERY_{'_'.join(map(str, place)).upper()}: {message}" if place else message.removeprefix("Value error, ")


def names_own_servers(environ: Mapping[str, str]) -> bool:
    """Return whether the environment names other servers than the embedded ones.

    Raises:
        SettingsRefused: it names only some of the three.

    """
    named = [name for name in SERVERS if environ.get(name) or environ.get(name + SUFFIX)]
    if named and len(named) < len(SERVERS):
        missing = [name for name in SERVERS if name not in named]
        raise SettingsRefused(f"{' and '.join(named)} is set, so {' and '.join(missing)} must be set as well.")
    return bool(named)


def embedded_environment(folder: Path, addresses: "StackAddresses") -> dict[str, str]:
    """Return the settings for the embedded servers, with the secrets of this folder."""
    secrets = ensure_secrets(folder)
    return {
        "ROOKERY_NEO4J_URI": addresses.neo4j_uri,
        "ROOKERY_NEO4J_USER": addresses.neo4j_user,
        "ROOKERY_NEO4J_PASSWORD": addresses.neo4j_password,
        "ROOKERY_REDIS_URL": addresses.redis_url,
        "ROOKERY_S3_ENDPOINT": addresses.s3_endpoint,
        "ROOKERY_S3_ACCESS_KEY": addresses.s3_access_key,
        "ROOKERY_S3_SECRET_KEY": addresses.s3_secret_key,
        "ROOKERY_S3_REGION": addresses.s3_region,
        "ROOKERY_S3_BUCKET": addresses.s3_bucket,
        "ROOKERY_SMTP_HOST": addresses.smtp_host,
        "ROOKERY_SMTP_PORT": str(addresses.smtp_port),
        "ROOKERY_SMTP_TLS": "none",
        "ROOKERY_MAIL_FROM": MAIL_FROM,
        "ROOKERY_MAIL_SINK": str(addresses.mail_sink),
        "ROOKERY_TOKEN_SECRET": secrets.token_secret,
        "ROOKERY_SEAL_SECRET": secrets.seal_secret,
        "ROOKERY_ANALYTICS": "true",
    }


def write_file(folder: Path, environment: Mapping[str, str]) -> Path:
    """Write the settings for the other commands; only the owner can read the file. Return its path."""
    path = folder / FILE
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in environment.items()), "utf-8")
    return path
