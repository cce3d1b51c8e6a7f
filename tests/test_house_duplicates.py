"""The same logic stands in one place: no two places of product code or benchmarks share six statements on twelve lines."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = (
    "bench", "commands", "execution", "feeds", "graph", "keyspace", "loaders", "resolvers", "schema", "services", "stack", "web",
    "world",
)
STATEMENTS = 6
"""Statements in a row that are the same in two places, where they stand on LINES lines or more."""
LINES = 12
"""Lines are counted with docstrings and comments: copied functions have their own."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A simple statement, or the head of a block, without comments, white space, names of variables and values of literals."""

    path: Path
    first: int
    last: int
    text: str

    @property
    def place(self) -> str:
        """Return where it stands."""
        return f"{self.path.relative_to(ROOT)}:{self.first}"


class Normalised(ast.NodeTransformer):
    """Replaces literals and the names of variables; removes docstrings, imports and declarations, which are no logic."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        is_property = [ast.unparse(each) for each in node.decorator_list] == ["property"]
        node.name = "name"
        self.generic_visit(node)
        return None if is_property and [type(each) for each in node.body] == [ast.Return] else node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.name = "name"
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Name("name"), node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = "name"
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return None if node.value is None or isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return node if node.value is None or isinstance(node.value, bool) else ast.copy_location(ast.Name("literal"), node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.copy_location(ast.Name("literal"), node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Import(self, _node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, _node: ast.ImportFrom) -> None:
        return None


def statements(path: Path) -> list[Statement]:
    """Return the simple statements and the heads of functions and of blocks, in order."""
    tree = Normalised().visit(ast.parse(path.read_text("utf-8")))
    found = [
        Statement(path, node.lineno, _end(node), _head(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not isinstance(node, ast.ClassDef)
    ]
    return sorted(found, key=lambda statement: statement.first)


BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


def _end(node: ast.stmt) -> int:
    """Return the last line of a simple statement, and the first line of a block."""
    return node.lineno if any(getattr(node, name, None) for name in BODIES) else node.end_lineno or node.lineno


def _head(node: ast.stmt) -> str:
    """Return the text of a statement without the statements within it."""
    bodies = {name: getattr(node, name) for name in BODIES if hasattr(node, name)}
    for name in bodies:
        setattr(node, name, [])
    text = ast.unparse(node)
    for name, body in bodies.items():
        setattr(node, name, body)
    return text


def runs(all_statements: list[list[Statement]]) -> Iterator[tuple[Statement, Statement]]:
    """Yield the beginnings of each pair of places that share STATEMENTS statements on LINES lines."""
    places: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for of_file in all_statements:
        for at in range(len(of_file) - STATEMENTS + 1):
            run = of_file[at : at + STATEMENTS]
            if run[-1].last - run[0].first + 1 >= LINES:
                places[tuple(each.text for each in run)].append(run[0])
    for same in places.values():
        for other in same[1:]:
            yield same[0], other


def test_no_two_places_share_logic():
    files = [*ROOT.glob("*.py"), *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
    read = [statements(path) for path in files if "node_modules" not in path.parts]
    wrong = [f"{one.place} and {other.place}" for one, other in runs(read)]
    assert not wrong, "\n" + "\n".join(wrong)


COPY = '''
async def {name}(self, {who}: str) -> None:
    """{what}

    Raises:
        NotFound: there is none.

    """

    def events(row: Row) -> list[Event]:
        ({was},) = row
        return [row.turned.event({event})] if {was} else []

    await act(self.writer, "{name}", {who}, events)
'''


def test_copies_with_other_names_values_and_docstrings_are_found(tmp_path):
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text(
        COPY.format(name="unfollow", who="user", what="Unfollow.", was="was_there", event="FollowDeleted")
        + COPY.format(name="remove", who="user", what="Remove.", was="was_there", event="FollowDeleted")
    )
    other.write_text(
        COPY.format(name="cancel", who="target", what="Cancel.", was="was_asked", event="RequestEnded")
        + "# a copy\n"
        + COPY.format(name="refuse", who="asker", what="Refuse.", was="was_asked", event="RequestEnded")
    )
    assert list(runs([statements(one), statements(other)]))
    other.write_text(COPY.format(name="cancel", who="target", what="Cancel.", was="was_asked", event="RequestEnded"))
    assert not list(runs([statements(one), statements(other)]))
