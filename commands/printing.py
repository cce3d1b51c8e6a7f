"""`rookery schema`, `settings`, `plan` and `token`: print what the code defines."""

from pathlib import Path

import orjson
from graphql import build_schema as parse_schema
from graphql import find_breaking_changes

from commands.console import console
from errors import Forbidden
from execution.costs import Costs
from execution.printing import Unprintable, prices, printed_plans
from feeds.windows import FIRST_MAX
from parts import open_parts
from schema.build import build_schema
from services.accounts.demo import token_for
from services.settings import Settings
from web.execution import core_schema

RELEASED = "schema.released.graphql"
"""File of the schema of the last release, on which clients are built; it is replaced at each release."""
INTENDED = "schema.breaking"
"""File of intended breaking changes since then, one per line in the words of the check; it is emptied at each release."""


class SchemaDiffers(Exception):
    """The schema differs from the committed one, or breaks clients of the last release."""


def schema_text() -> str:
    """Return the schema in the form in which it is committed."""
    return build_schema().as_str() + "\n"


def print_schema() -> None:
    """Print the schema to standard output."""
    print(schema_text(), end="")  # noqa: T201 - the result of the command


def check_schema(path: Path) -> None:
    """Compare the schema of the code with the committed one, and with the released one in the same folder.

    Raises:
        SchemaDiffers: the committed one is out of date, or has a breaking change that is not listed as intended.

    """
    printed = schema_text()
    if path.read_text("utf-8") != printed:
        raise SchemaDiffers(f"{path} is out of date: run `make schema`.")
    intended_path = path.with_name(INTENDED)
    intended = set(intended_path.read_text("utf-8").splitlines()) if intended_path.exists() else set()
    if breaking := [each for each in _breaking(path.with_name(RELEASED), printed) if each not in intended]:
        lines = "\n".join(f"  {each}" for each in breaking)
        raise SchemaDiffers(f"These changes break clients:\n{lines}\nAdd those that are intended to {intended_path}.")
    console.print(f"{path} is up to date.")


def _breaking(released: Path, printed: str) -> list[str]:
    changes = find_breaking_changes(parse_schema(released.read_text("utf-8")), parse_schema(printed))
    return [change.description for change in changes]


def settings_table() -> str:
    """Return every setting as a Markdown table."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = default.get_secret_value() if hasattr(default, "get_secret_value") else default
        text = "" if shown in ("", None, ()) else f"`{shown}`"
        rows.append(f"| `ROOKERY_{name.upper()}` | {text} | {field.description} |")
    return "\n".join(rows) + "\n"


def print_settings() -> None:
    """Print the table of settings."""
    print(settings_table(), end="")  # noqa: T201 - the result of the command


def print_plan(file: Path, variables: str) -> None:
    """Print the price and the compiled code of each operation in a file.

    Raises:
        Unprintable: the document or the variables cannot be read.

    """
    try:
        given = orjson.loads(variables)
    except orjson.JSONDecodeError as error:
        raise Unprintable(f"The variables are not JSON: {error}") from error
    schema, text = core_schema(build_schema()), file.read_text("utf-8")
    costs = Costs(schema, FIRST_MAX)
    for price, (name, code) in zip(prices(costs, text, given), printed_plans(schema, text, given), strict=True):
        print(f"# {name}, price {price:,}\n{code}")  # noqa: T201 - the result of the command


async def print_token(settings: Settings, username: str) -> None:
    """Print an access token.

    Raises:
        Forbidden: this is not a development environment.

    """
    if settings.environment != "development":
        raise Forbidden("Tokens without a password are for development: ROOKERY_ENVIRONMENT is production.")
    async with open_parts(settings) as parts:
        access = await token_for(parts.graph, parts.accounts.sessions, username)
    print(access.token)  # noqa: T201 - the result of the command
