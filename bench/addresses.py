"""The product's settings for the servers of a benchmark."""

from collections.abc import Mapping
from pathlib import Path

from commands.environment import embedded_environment
from services.settings import Settings
from stack.embedded import StackAddresses

MANY = "100000"
"""Connections, more than any benchmark opens."""
OFTEN = "100000000"
"""Writes of one person, more than any benchmark makes: its few people write as fast as they can."""
A_DAY = "P1D"
"""Lifetime of access tokens, in ISO 8601, so that none expires during a long run."""


def environment_of(addresses: StackAddresses, folder: Path) -> Mapping[str, str]:
    """Return the settings as environment variables; all others are the defaults of production."""
    return {
        **embedded_environment(folder, addresses),
        "ROOKERY_ENVIRONMENT": "production",
        "ROOKERY_ACCESS_TOKEN_LIFE": A_DAY,
        # All clients of a benchmark come from one address.
        "ROOKERY_CONNECTIONS_PER_ADDRESS": MANY,
        "ROOKERY_OPERATIONS_PER_ADDRESS": MANY,
        "ROOKERY_POSTS_PER_PERSON": OFTEN,
        "ROOKERY_FOLLOWS_PER_PERSON": OFTEN,
        "ROOKERY_LIKES_PER_PERSON": OFTEN,
    }


def settings_of(addresses: StackAddresses, folder: Path) -> Settings:
    """Return the same settings for this process."""
    environment = environment_of(addresses, folder)
    return Settings.model_validate({name.removeprefix("ROOKERY_").lower(): value for name, value in environment.items()})
