"""Secrets of the settings in files, as containers and systemd hand them over: the variable's name and `_FILE` names the file."""

import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsError

SUFFIX = "_FILE"


class SecretFiles(PydanticBaseSettingsSource):
    """Reads each secret whose variable with `_FILE` at its end names a file."""

    def __init__(self, settings: type[BaseSettings]) -> None:
        """Read the fields of these settings that are secrets."""
        super().__init__(settings)
        self._prefix = settings.model_config.get("env_prefix", "")

    def __call__(self) -> dict[str, Any]:
        """Return the secrets by the names of their fields.

        Raises:
            SettingsError: a file cannot be read or is empty, or a secret is in its variable as well.

        """
        fields = self.settings_cls.model_fields
        found = {name: self.get_field_value(field, name)[0] for name, field in fields.items() if field.annotation is SecretStr}
        return {name: secret for name, secret in found.items() if secret is not None}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[str | None, str, bool]:  # noqa: ARG002 - of the library
        """Return the secret of one field, None where no file is named."""
        variable = f"{self._prefix}{field_name}".upper()
        path = os.environ.get(variable + SUFFIX)
        return (None if not path else _read(variable, Path(path))), field_name, False


def _read(variable: str, path: Path) -> str:
    if os.environ.get(variable):
        raise SettingsError(f"{variable} and {variable}{SUFFIX} are both set; one of them is enough.")
    try:
        secret = path.read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"{variable}{SUFFIX}: {path} cannot be read: {reason}") from error
    if not secret:
        raise SettingsError(f"{variable}{SUFFIX}: {path} is empty")
    return secret
