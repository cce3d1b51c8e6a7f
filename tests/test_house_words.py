"""Words that were private to this project have standard terms; a list keeps them from coming back."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (
    "bench", "commands", "cypher", "execution", "feeds", "graph", "keyspace", "loaders", "resolvers", "schema", "services",
    "stack", "tests", "web", "world",
)
UNREAD = {"node_modules", "built", "__pycache__"}
THIS = Path(__file__)

TERMS = {
    r"darkrooms?": "media processor, or sandbox",
    r"waves?": "batch step",
    r"lanes?": "coroutine",
    r"surpris\w*": "bailout",
    r"sights?": "compile_after, or threshold",
    r"standings?": "relationship",
    r"hot rows?": "cached row",
    r"spoil\w*": "invalidate",
    r"remember(s|ed)": "cached",
    r"greeted": "ready",
    r"intakes?": "request parser",
    r"bur(y|ied|ies|ying)": "dead-letter",
    r"paces?": "run length",
}
"""Words that are refused everywhere, as regular expressions, with the term to use instead."""
NAMES = {r"front": "middleware", r"leaving": "disconnect", r"ground": "testbed", r"hot": "cached"}
"""Words that are refused in names of product code and of the benchmarks; prose needs them in their usual meanings."""
MEMBERS = {r"kept": "partial results, or cached", r"resumed": "fallback"}
"""Words that are refused as whole names of modules, classes and attributes."""
CONNECTIONS = {r"conversations?": "pipelined connection"}
"""Words that are refused in `keyspace/`: elsewhere a thread of posts is a conversation."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a file: prose, or the name of something."""

    line: int
    words: str


@cache
def files(*endings: str) -> tuple[Path, ...]:
    roots = [ROOT / folder for folder in FOLDERS] + [ROOT / "docs", ROOT / "scripts"]
    all_ = [*ROOT.iterdir(), *(path for root in roots for path in root.rglob("*"))]
    return tuple(each for each in all_ if each.suffix in endings and not UNREAD & set(each.parts) and each != THIS)


def split(name: str) -> str:
    """Give the words of an identifier: `timelineRows`, `TIMELINE_ROWS` and `TimelineRows` are all `timeline rows`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_-]+", " ", name).lower().strip()


def names(tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield Text(node.lineno, split(node.name))
        elif isinstance(node, ast.arg):
            yield Text(node.lineno, split(node.arg))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield Text(node.lineno, split(node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield Text(node.lineno, split(node.attr))


def members(tree: ast.AST) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield Text(node.lineno, split(node.name))
            yield from (
                Text(field.lineno, split(field.target.id))
                for field in node.body
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
            )
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield Text(node.lineno, split(node.attr))


def prose(text: str) -> Iterator[Text]:
    """Give the comments, docstrings and other texts of a Python file."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in {tokenize.COMMENT, tokenize.STRING}:
            yield from (Text(token.start[0] + at, line.lower()) for at, line in enumerate(token.string.splitlines()))


def python(path: Path) -> Iterator[Text]:
    text = path.read_text("utf-8")
    yield from names(ast.parse(text))
    yield from prose(text)


def plain(path: Path) -> Iterator[Text]:
    for at, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        yield Text(at, split(line))


def found(path: Path, texts: Iterator[Text], refused: dict[str, str], *, whole: bool = False) -> list[str]:
    """Give each refused word of a file, with its place and the term to use."""
    all_texts = [Text(0, split(path.stem)), *texts]
    return [
        f"{path.relative_to(ROOT)}:{text.line} has {match.group()!r}; the term is {term}"
        for word, term in refused.items()
        for text in all_texts
        if (match := re.fullmatch(word, text.words) if whole else re.search(rf"\b({word})\b", text.words))
    ]


@pytest.mark.parametrize("folder", [*FOLDERS, "."])
def test_private_words_do_not_come_back(folder):
    top = 0 if folder == "." else 1
    inside = [path for path in files(".py") if path.relative_to(ROOT).parts[:-1][:1] == (folder,) * top]
    wrong = [each for path in inside for each in found(path, python(path), TERMS)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_private_words_do_not_come_back_in_other_texts():
    others = files(".md", ".cypher", ".lua", ".graphql", ".sh", ".mjs")
    wrong = [each for path in others for each in found(path, plain(path), TERMS)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_private_names_do_not_come_back():
    wrong = []
    for path in files(".py"):
        if "tests" not in path.parts:
            tree = ast.parse(path.read_text("utf-8"))
            wrong += found(path, names(tree), NAMES) + found(path, members(tree), MEMBERS, whole=True)
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_connection_to_redis_is_called_one():
    wrong = [each for path in files(".py") if "keyspace" in path.parts for each in found(path, python(path), CONNECTIONS)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_words_are_found_in_names_and_in_prose():
    assert [split(name) for name in ("hotRows", "HOT_ROWS", "HotRows", "HTTPServer", "hot-rows")] == [
        "hot rows", "hot rows", "hot rows", "http server", "hot rows",
    ]
    text = 'class Wave:\n    """Says nothing."""\n    lane: int = 1  # at first sight\n'
    path = ROOT / "example.py"
    assert len(found(path, names(ast.parse(text)), TERMS) + found(path, prose(text), TERMS)) == 3
    assert not found(path, prose("# background, outstanding and a CDN in front\n"), TERMS)
