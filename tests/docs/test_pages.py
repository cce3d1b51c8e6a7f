"""What the pages point to is there: files, headings, commands, settings."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer
from pydantic import SecretStr

import cli
from services.settings import Settings
from tests.clients.pages import PAGES, ROOT
from web import refusals

_LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\((?P<to>[^)\s]+)\)|!\[[^\]\n]*\]\((?P<image>[^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_NOT_SETTINGS = {
    *("ROOKERY_CACHE", "ROOKERY_REDIS_PASSWORD", "ROOKERY_TOKEN", "ROOKERY_ANALYTICS_HEAP", "ROOKERY_ANALYTICS_PAGE_CACHE"),
    *("ROOKERY_ANALYTICS_QUERY_MEMORY", "ROOKERY_ANALYTICS_QUERIES_MEMORY"),
}
"""Variables that are read elsewhere: by the stack, by compose.yaml, and by commands that need no servers of the product."""
RUN_TESTS = ROOT / "scripts" / "run-tests"
_OF_TESTS = re.compile(r"\bROOKERY_TEST_[A-Z_]*[A-Z]\b")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def prose(page: Path) -> str:
    return _CODE.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pages
def test_links_lead_somewhere(page):
    wrong = []
    for found in _LINK.finditer(prose(page)):
        target = unquote(found["to"] or found["image"])
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            wrong.append(target)
    assert not wrong


@pages
def test_make_targets_exist(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)\b", page.read_text("utf-8"), re.MULTILINE)) <= targets


@pages
def test_commands_exist(page):
    root = typer.main.get_command(cli.app)
    wrong = []
    for name, more in re.findall(r"(?:^|[`/ ])rookery ([a-z][a-z-]+)(?: ([a-z][a-z-]*))?", commands(page), re.MULTILINE):
        command = getattr(root, "commands", {}).get(name)
        children = getattr(command, "commands", None)
        if command is None or (children is not None and more and more not in children):
            wrong.append(f"rookery {name} {more}")
    assert not wrong


def commands(page: Path) -> str:
    """Give what stands in code: in lines of their own or within a sentence."""
    text = page.read_text("utf-8")
    shells = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return "\n".join([*shells, *(f"`{code}`" for code in re.findall(r"`([^`\n]+)`", prose(page)))])


@pages
def test_settings_exist(page):
    sources = [RUN_TESTS, *(ROOT / "tests").rglob("*.py")]
    of_tests = {name for path in sources for name in _OF_TESTS.findall(path.read_text("utf-8"))}
    settings = Settings.model_fields.items()
    files = {f"ROOKERY_{name.upper()}_FILE" for name, field in settings if field.annotation is SecretStr}
    known = {f"ROOKERY_{name.upper()}" for name, _ in settings} | files | _NOT_SETTINGS | of_tests
    named = set(re.findall(r"\bROOKERY_[A-Z0-9_]*[A-Z0-9]\b", page.read_text("utf-8")))
    assert {name for name in named if not name.startswith("ROOKERY_STACK_")} <= known


@pages
def test_pages_name_no_place_of_one_machine(page):
    assert not re.search(r"(?<![\w.])/(?:home|root|Users|tmp|work)/", page.read_text("utf-8"))


def test_every_error_code_is_in_the_page_for_clients():
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE))
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", refusals.__doc__ or "", re.MULTILINE)) <= described
    assert set(re.findall(r"\b([A-Z]+(?:_[A-Z]+)+|FORBIDDEN|CONFLICT)\s{2,}", (ROOT / "errors.py").read_text())) <= described


def test_every_metric_of_the_web_is_in_the_page_for_operators():
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    names = re.findall(r'"(rookery_[a-z_]+)"', (ROOT / "web" / "metrics.py").read_text())
    assert names
    assert [name for name in names if f"`{name}" not in page] == []


def test_pictures_of_the_pages_are_small():
    assert [path.name for path in (ROOT / "docs" / "images").iterdir() if path.stat().st_size > 300_000] == []
