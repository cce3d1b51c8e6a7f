"""Words that were private to this project have standard terms; a list keeps them from coming back."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = (
    "bench", "commands", "cypher", "execution", "feeds", "graph", "keyspace", "loaders", "resolvers", "schema", "services",
    "stack", "tests", "web", "world",
)
UNREAD = {"node_modules", "built", "__pycache__", ".venv", ".git"}
OTHER_TEXTS = (".md", ".cypher", ".lua", ".graphql", ".sh", ".mjs", ".toml", ".yaml", ".yml")
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
PROSE = {r"hot": "cached", r"leaving(?! out\b| and coming back\b)": "disconnect", r"look-ups?": "lookup"}
"""Words that are refused in all prose, but for texts of PROSE_ALLOWED."""
PHRASES = ("world/words", "world/cultures")
"""Folders of what the demo world writes, about hot water, bicycle lanes and anything else."""
PROSE_ALLOWED = {"docs/api.md": "leaving is deactivating one's account"}
"""Files and folders that need a word of PROSE in its usual meaning, and why."""
NAMES = {
    r"front": "middleware",
    r"leaving": "disconnect",
    r"ground": "testbed",
    r"hot": "cached",
    r"kept": "retained, or cached",
    r"shapes?": "selection",
    r"shares": "counts, or fractions",
    r"steps": "eager",
    r"facts?": "events, viewer flags, checks, or reasons",
    r"changes": "commands, events, or writes",
    r"fill(ed|ing)?": "paginate, or render",
    r"parts?": "slice, or page",
}
"""Words that are refused in names of product code and of the benchmarks; prose needs them in their usual meanings."""
NAMES_ALLOWED: Mapping[str, Mapping[str, str]] = {
    "steps": {"execution": "batch steps, and the steps of a price, are its terms"},
    "changes": {
        "schema": "a profile patch: the fields that a client gave",
        "services/accounts": "the same patch, where it is checked and written",
        "commands/printing.py": "what graphql-core calls changes between two schemas",
    },
    "fill": {
        "keyspace/row_cache.py": "filling a cache after a miss is the standard term",
        "keyspace/viewer_states.py": "the same",
        "bench/cached_graph.py": "fills an empty store",
    },
    "part": {
        "parts.py": "what the programs are made of",
        "account_parts.py": "the same",
        "app.py": "the same",
        "worker.py": "the same",
        "commands": "the same",
        "bench": "the same",
        "feeds/home.py": "the same, of feeds",
        "feeds/reader.py": "the same, of feeds",
        "services/events/engine.py": "the tasks that the engine is made of",
        "services": "a piece of a setting or of a web address",
        "graph/migrations.py": "a piece of a text",
        "stack": "a piece of a path",
        "web": "a piece of a header, of an address or of a body",
        "world": "a piece of a text",
    },
}
"""Files and folders that need a word of NAMES, by its beginning, as a standard term or in its usual meaning, and why."""
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


def other_texts() -> list[Path]:
    return [each for each in files(*OTHER_TEXTS) if not within(each, PHRASES)]


def within(path: Path, places: Iterable[str]) -> bool:
    """Return whether a file is one of the places, or in a folder that is."""
    return any(path.is_relative_to(ROOT / place) for place in places)


def split(name: str) -> str:
    """Return the words of an identifier: `timelineRows`, `TIMELINE_ROWS` and `TimelineRows` are all `timeline rows`."""
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
    """Yield the comments, docstrings and other texts of a Python file."""
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


def found(
    path: Path, texts: Iterator[Text], refused: Mapping[str, str], *, whole: bool = False, file_name: bool = True
) -> list[str]:
    """Return each refused word of a file, with its place and the term to use."""
    all_texts = [*([Text(0, split(path.stem))] if file_name else []), *texts]
    # One expression for all words: nearly no text has one.
    some = re.compile("|".join(f"(?:{word})" if whole else rf"\b(?:{word})\b" for word in refused) or r"(?!)")
    suspects = [text for text in all_texts if some.search(text.words)]
    return [
        f"{path.relative_to(ROOT)}:{text.line} has {match.group()!r}; the term is {term}"
        for word, term in refused.items()
        for text in suspects
        if (match := re.fullmatch(word, text.words) if whole else re.search(rf"\b({word})\b", text.words))
    ]


@pytest.mark.parametrize("folder", [*FOLDERS, "."])
def test_private_words_do_not_come_back(folder):
    top = 0 if folder == "." else 1
    inside = [path for path in files(".py") if path.relative_to(ROOT).parts[:-1][:1] == (folder,) * top]
    wrong = [each for path in inside for each in found(path, python(path), TERMS)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_private_words_do_not_come_back_in_other_texts():
    wrong = [each for path in other_texts() for each in found(path, plain(path), TERMS)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_private_words_do_not_come_back_in_prose():
    wrong = []
    for path in (*files(".py"), *other_texts()):
        if not within(path, PROSE_ALLOWED):
            texts = prose(path.read_text("utf-8")) if path.suffix == ".py" else plain(path)
            wrong += found(path, texts, PROSE, file_name=False)
    assert not wrong, "\n" + "\n".join(wrong)


def test_private_names_do_not_come_back():
    wrong = []
    for path in files(".py"):
        if "tests" not in path.parts:
            tree = ast.parse(path.read_text("utf-8"))
            allowed = {word for word, places in NAMES_ALLOWED.items() if within(path, places)}
            refused = {word: term for word, term in NAMES.items() if not word.startswith(tuple(allowed))}
            wrong += found(path, names(tree), refused) + found(path, members(tree), MEMBERS, whole=True)
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
    text = "KEPT_LOGS, SHARES, facts, page_parts = 1, 2, 3, 4\n"
    assert len(found(path, names(ast.parse(text)), NAMES)) == 4
    text = "# whatever is hot, before the client's leaving, leaving out what waits\n"
    assert len(found(path, prose(text), PROSE)) == 2


def test_every_exception_is_needed():
    """An allowed place without its word would let the word come back."""
    for word, places in NAMES_ALLOWED.items():
        refused = {each: term for each, term in NAMES.items() if each.startswith(word)}
        for place in places:
            inside = [path for path in files(".py") if within(path, [place])]
            assert any(found(path, names(ast.parse(path.read_text("utf-8"))), refused) for path in inside), (word, place)
