"""How the product is told where the servers of a benchmark are."""

from collections.abc import Mapping
from pathlib import Path

from commands.environment import embedded_environment
from services.settings import Settings
from stack.embedded import StackAddresses

A_DAY = "P1D"
"""How long access tokens live, in ISO 8601, so that none ends in the middle of a long run."""


def environment_of(addresses: StackAddresses, folder: Path) -> Mapping[str, str]:
    """Give the settings as a process gets them, all others being the defaults of production."""
    return {
        **embedded_environment(folder, addresses),
        "ROOKERY_ENVIRONMENT": "production",
        "ROOKERY_ACCESS_TOKEN_LIFE": A_DAY,
    }


def settings_of(addresses: StackAddresses, folder: Path) -> Settings:
    """Give the same settings for use in this process."""
    environment = environment_of(addresses, folder)
    return Settings.model_validate({name.removeprefix("ROOKERY_").lower(): value for name, value in environment.items()})
