"""The query catalogue: every statement of `cypher/`, read and checked when it is built.

A file begins with comments: a title, `params:` with one runnable example in JSON, `returns:` with the columns of its one
record, where it must touch more than an index gives, `scans:` with the reason, and where it may take long, `slow:` with the
reason, so that no short one waits behind it. `@name(variable, …)` in the text joins in
the fragment `name.cypher` of `policy/`, `rules/` or `rows/`, whose own comment `fragment:` names the variables that it speaks
of; fragments may join in others.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "cypher"
FRAGMENTS = ("policy", "rules", "rows")
NOT_QUERIES = (*FRAGMENTS, "migrations", "analysts_graph")

_COMMENT = re.compile(r"^//\s?(.*)$")
_PARAMETER = re.compile(r"\$(\w+)")
_JOIN = re.compile(r"@(\w+)\(([\w, ]+)\)")
_RETURN = re.compile(r"\bRETURN\b")


class CatalogueError(Exception):
    """A statement file is not as the catalogue needs it; the message names the file."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: its name (`posts/by_id`), text without comments, example parameters, why it may scan or be slow."""

    name: str
    title: str
    text: str
    example: Mapping[str, object]
    returns: str
    scans: str | None
    slow: str | None = None


class Catalogue(Mapping[str, Statement]):
    """All statements by name."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read and check every file.

        Raises:
            CatalogueError: a file is empty, lacks a part of its head, repeats another's text, or its parameters and its
                example differ.

        """
        fragments = {path.stem: _fragment(path) for room in FRAGMENTS for path in sorted((folder / room).glob("*.cypher"))}
        for name in fragments:
            _joined(name, f"@{name}({', '.join(fragments[name][0])})", fragments)
        self._statements: dict[str, Statement] = {}
        texts: dict[str, str] = {}
        for path in sorted(folder.glob("*/*.cypher")):
            if path.parent.name in NOT_QUERIES:
                continue
            statement = _statement(f"{path.parent.name}/{path.stem}", path.read_text("utf-8"), fragments)
            if same := texts.get(statement.text):
                raise CatalogueError(f"{statement.name} repeats {same}")
            texts[statement.text] = statement.name
            self._statements[statement.name] = statement

    def __getitem__(self, name: str) -> Statement:
        """Return the statement of a name."""
        return self._statements[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names in order."""
        return iter(self._statements)

    def __len__(self) -> int:
        """Count the statements."""
        return len(self._statements)


def _split(name: str, source: str) -> tuple[list[str], str]:
    """Return the lines of the head and the text below it."""
    lines = source.splitlines()
    head: list[str] = []
    while lines and (found := _COMMENT.match(lines[0])):
        head.append(found.group(1).strip())
        lines.pop(0)
    body = "\n".join(line for line in lines if not line.lstrip().startswith("//")).strip()
    if not head or not body:
        raise CatalogueError(f"{name} needs a title comment and a text")
    return head, body


def _marked(head: list[str], mark: str) -> str | None:
    """Return what follows `mark:` in the head, over as many lines as it takes."""
    taken: list[str] = []
    for line in head[1:]:
        if line.startswith(f"{mark}:"):
            taken.append(line.removeprefix(f"{mark}:").strip())
        elif taken and not re.match(r"^(params|returns|scans|slow|fragment):", line):
            taken.append(line)
        elif taken:
            break
    return " ".join(taken) if taken else None


Fragments = Mapping[str, tuple[tuple[str, ...], str]]
"""Fragments by name: the variables that each speaks of, and its text."""


def _fragment(path: Path) -> tuple[tuple[str, ...], str]:
    """Return the variables that a fragment speaks of, and its text."""
    head, body = _split(path.stem, path.read_text("utf-8"))
    variables = _marked(head, "fragment")
    if variables is None:
        raise CatalogueError(f"{path.stem} names no variable after `fragment:`")
    return _names(variables), body


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(","))


def _joined(name: str, text: str, fragments: Fragments, within: tuple[str, ...] = ()) -> str:
    """Return a text with its fragments in place, each under the names that the text uses."""

    def join(found: re.Match[str]) -> str:
        wanted = found.group(1)
        if wanted not in fragments:
            raise CatalogueError(f"{name} joins in {wanted}, which is not in {' or '.join(FRAGMENTS)}")
        if wanted in within:
            raise CatalogueError(f"{name} joins in {wanted}, which joins in itself")
        variables, body = fragments[wanted]
        given = _names(found.group(2))
        if len(given) != len(variables):
            raise CatalogueError(f"{name} gives {wanted} {len(given)} variables, and it speaks of {', '.join(variables)}")
        names = dict(zip(variables, given, strict=True))
        inner = re.sub(rf"\b({'|'.join(variables)})\b", lambda one: names[one.group()], body)
        return f"({_joined(name, inner, fragments, (*within, wanted))})"

    return _JOIN.sub(join, text)


def _statement(name: str, source: str, fragments: Fragments) -> Statement:
    head, body = _split(name, source)
    params, returns = _marked(head, "params"), _marked(head, "returns")
    if params is None or returns is None:
        raise CatalogueError(f"{name} needs `params:` and `returns:`")
    try:
        example = json.loads(params)
    except json.JSONDecodeError as error:
        raise CatalogueError(f"{name}: its params are not JSON: {error}") from error
    text = _joined(name, body, fragments)
    used, declared = set(_PARAMETER.findall(text)), set(example)
    if used != declared:
        raise CatalogueError(f"{name}: parameters used {sorted(used)} and declared {sorted(declared)} differ")
    if not _RETURN.search(text):
        raise CatalogueError(f"{name} returns nothing")
    return Statement(name, head[0], text, example, returns, _marked(head, "scans"), _marked(head, "slow"))
