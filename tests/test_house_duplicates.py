"""The same logic stands in one place: no two places of product code share twelve lines."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = (
    "commands", "execution", "feeds", "graph", "keyspace", "loaders", "resolvers", "schema", "services", "stack", "web", "world",
)
MOST = 11
"""Lines that two places may share."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement, without comments, white space, names of variables and values of literals."""

    path: Path
    number: int
    text: str

    @property
    def place(self) -> str:
        """Give where it stands."""
        return f"{self.path.relative_to(ROOT)}:{self.number}"


class Normalised(ast.NodeTransformer):
    """Replaces literals and the names of variables; removes docstrings, imports and declarations, which are no logic."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Name("name"), node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = "name"
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = "name"
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.name = "name"
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.name = "name"
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


def lines(path: Path) -> list[Line]:
    """Give the lines of the simple statements and of the heads of blocks, in order."""
    found: list[Line] = []
    tree = Normalised().visit(ast.parse(path.read_text("utf-8")))
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            head = _head(node)
            found += [Line(path, node.lineno, part) for part in head]
    return sorted(found, key=lambda line: line.number)


def _head(node: ast.stmt) -> list[str]:
    """Give the text of a statement without the statements within it, cut at its commas as the formatter would."""
    bodies = {name: getattr(node, name) for name in ("body", "orelse", "finalbody", "handlers", "cases") if hasattr(node, name)}
    for name in bodies:
        setattr(node, name, [])
    text = ast.unparse(node)
    for name, body in bodies.items():
        setattr(node, name, body)
    return [text[at : at + 100] for at in range(0, len(text), 100)]


def runs(all_lines: list[list[Line]]) -> Iterator[tuple[Line, Line]]:
    """Give the beginnings of each pair of places that share more than MOST lines."""
    places: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for of_file in all_lines:
        for at in range(len(of_file) - MOST):
            places[tuple(line.text for line in of_file[at : at + MOST + 1])].append(of_file[at])
    for same in places.values():
        for other in same[1:]:
            yield same[0], other


def test_no_two_places_of_product_code_share_twelve_lines():
    files = [*ROOT.glob("*.py"), *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
    read = [lines(path) for path in files if "node_modules" not in path.parts]
    wrong = [f"{one.place} and {other.place}" for one, other in runs(read)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_a_copy_with_other_names_values_and_comments_is_found(tmp_path):
    body = [f"    value_{number} = call({number})" for number in range(MOST)]
    one, other = tmp_path / "one.py", tmp_path / "other.py"
    one.write_text("def first():\n" + "\n".join(body))
    renamed = [line.replace("(", "(1").replace("value", "other") for line in body]
    other.write_text("def second():\n    # a copy\n" + "\n".join(renamed))
    assert len(list(runs([lines(one), lines(other)]))) == 1
    other.write_text("def second():\n" + "\n".join(body[1:]))
    assert not list(runs([lines(one), lines(other)]))
