import ast
from pathlib import Path

from tests.distribution import FIRST, LAST, TOGETHER, piece_of, place_of

ROOT = Path(__file__).parents[1]
NEW_EACH_TIME = {"new_id", "now_ms"}
PREPARED_ONCE = "fixture(scope=" + '"package")'


def test_what_has_a_place_is_there():
    assert [path for path in (*FIRST, *LAST) if not (ROOT / path).exists()] == []


def test_folders_that_prepare_one_world_are_run_in_one_piece():
    found = [path for path in (ROOT / "tests").rglob("*.py") if PREPARED_ONCE in path.read_text()]
    assert {f"{path.parent.relative_to(ROOT)}/" for path in found} == set(TOGETHER)


def test_a_piece_is_a_file_or_one_of_these_folders():
    assert piece_of("tests/feed/test_rules.py::test_one[a::b]") == "tests/feed/test_rules.py"
    assert piece_of(f"{TOGETHER[0]}test_one.py::test_one") == piece_of(f"{TOGETHER[0]}test_two.py::test_two") == TOGETHER[0]


def test_long_pieces_come_first_and_those_that_kill_the_database_last():
    files = [LAST[0], "tests/web/test_b.py", "tests/api/test_a.py", FIRST[1], FIRST[0]]
    assert sorted([f"{file}::test_it" for file in files], key=place_of) == [f"{files[at]}::test_it" for at in (4, 3, 1, 2, 0)]


def named_by(node: ast.AST) -> set[str]:
    """Return what a node calls for values that tests are named by: those in a mapping or a function are not."""
    if isinstance(node, ast.Dict | ast.Lambda):
        return set()
    name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    return {name}.union(*(named_by(each) for each in ast.iter_child_nodes(node)))


def test_tests_have_the_same_names_in_every_process():
    """The name of a test holds its parameters, and processes agree on tests by their names."""
    changing = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for each in ast.parse(path.read_text()).body:
            called = [named_by(decorator) for decorator in getattr(each, "decorator_list", [])]
            if any("parametrize" in names and names & NEW_EACH_TIME for names in called):
                changing.append(f"{path.relative_to(ROOT)}:{each.lineno}")
    assert changing == []
