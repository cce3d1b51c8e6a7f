import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from commands.policy import files as printed_files
from commands.sections import ENDINGS_TABLE, ERRORS, EVENTS, MODEL, Section
from services.policy import atoms, rules
from services.policy.rule import Rule
from services.policy.rules import RULES

ROOT = Path(__file__).parent.parent
ROOMS = {
    "cached_json": set(),
    "clock": set(),
    "eager": set(),
    "error_codes": set(),
    "errors": {"error_codes"},
    "integers": set(),
    "graph": {"cached_json", "clock", "error_codes", "errors"},
    "keyspace": {"clock", "errors", "graph"},
    "stack": set(),
    "web": {"clock", "eager", "error_codes", "errors"},
    "world": {"clock", "errors", "graph", "keyspace"},
    "services": {"clock", "errors", "graph", "integers", "keyspace"},
    "analytics": {"clock", "errors", "graph", "keyspace", "services"},
    "execution": {"cached_json", "eager"},
    "loaders": {
        "clock", "errors", "graph", "integers", "keyspace", "services.delivery.plan",
        "services.mutes.matching", "services.policy", "services.settings",
    },
    "feeds": {
        "clock", "errors", "graph", "integers", "keyspace.list_heads", "keyspace.page_scripts", "keyspace.row_cache", "loaders",
        "services.delivery", "services.derived_keys", "services.language_tags", "services.mutes", "services.policy",
        "services.posts.entities", "services.sealing",
    },
    "resolvers": {
        "analytics", "clock", "errors", "feeds", "graph", "integers", "keyspace.row_cache", "keyspace.viewer_states",
        "keyspace.viewer_flags", "loaders", "parts", "services",
    },
    "schema": {
        "analytics", "clock", "error_codes", "errors", "execution", "feeds", "graph", "keyspace.viewer_flags", "resolvers",
        "services",
    },
    "account_parts": {"graph", "keyspace", "services"},
    "parts": {"account_parts", "analytics", "feeds", "graph", "keyspace", "services"},
    "worker": {"analytics", "keyspace", "parts", "services"},
    "app": {
        "analytics", "clock", "errors", "execution", "feeds", "graph", "keyspace", "parts", "resolvers", "schema", "services",
        "web",
    },
}
SERVICES = {
    # Leaf modules, which anybody may use.
    "derived_keys": set(),
    "language_tags": set(),
    "sealing": {"derived_keys"},
    "secret_files": set(),
    "settings": {"secret_files"},
    "text": set(),
    # Engines: events carries what happened to delivery, live and whoever else handles it.
    "policy": set(),
    "events": set(),
    "delivery": {"events"},
    "idempotency_keys": {"events"},
    "stale_caches": {"events"},
    "write_limits": {"accounts", "events", "settings"},
    "live": {"events"},
    "mail": {"derived_keys", "events", "sealing"},
    "oidc": set(),
    # Domains, each above those that it may know.
    "media": {"events", "settings"},
    "accounts": {"derived_keys", "events", "mail", "media", "oidc", "sealing", "settings", "text"},
    "factors": {"accounts", "derived_keys", "events", "mail", "sealing", "text"},
    "key_rotation": {"accounts", "events", "factors", "sealing"},
    "relationships": {"accounts", "delivery", "events", "write_limits"},
    "posts": {"accounts", "delivery", "events", "language_tags", "media", "text"},
    "hashtags": {"accounts", "delivery", "events"},
    "reading": {"accounts", "events"},
    "mutes": {"accounts", "events", "posts", "relationships", "text"},
}
"""Who may know whom within `services/`."""
OPEN = {"cli", "commands", "bench", "tests"}
CYPHER = re.compile(r"\b(MATCH|MERGE|UNWIND|OPTIONAL MATCH)\s*[\(\[$]|\bRETURN\s+\w+\s+AS\b|\bCREATE\s*\(")


def sources(room: str) -> list[Path]:
    folder = ROOT / room
    found = folder.rglob("*.py") if folder.is_dir() else [ROOT / f"{room}.py"]
    return [path for path in found if "node_modules" not in path.parts]


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def test_every_room_is_named_here():
    rooms = {path.stem for path in ROOT.glob("*.py")} | {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms == ROOMS.keys() | OPEN


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_one_way(room):
    ours = ROOMS.keys() | OPEN
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(room)
        for name in imports(path)
        if (top := name.split(".")[0]) in ours
        and top != room
        and top not in ROOMS[room]
        and not any(name == allowed or name.startswith(f"{allowed}.") for allowed in ROOMS[room])
    }
    assert not wrong


def test_no_module_imports_itself_through_others():
    """A circle of types in `schema/`, such as users and their posts, is tied by `strawberry.lazy`, which imports nothing.

    Everywhere else imports for type checking alone count as well: a circle that they hide is a circle of ideas.
    """
    paths = {module_name(path): path for room in ROOMS.keys() | OPEN - {"tests"} for path in sources(room)}
    graph = {
        name: {each for each in imports_of_names(path, name) if each in paths and each != name} for name, path in paths.items()
    }
    list(TopologicalSorter(graph).static_order())


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of_names(path: Path, module: str) -> set[str]:
    """Return what a module imports: modules, and names in them, which may be modules. In `schema/`, only at run time."""
    found: set[str] = set()
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body if module.partition(".")[0] == "schema" else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_every_room_of_services_is_named_here_and_none_knows_itself_through_another():
    found = {path.stem for path in (ROOT / "services").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found - {"__init__"} == SERVICES.keys()
    list(TopologicalSorter(SERVICES).static_order())  # raises CycleError where there is a circle


@pytest.mark.parametrize("room", SERVICES)
def test_rooms_of_services_know_only_who_is_named(room):
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources(f"services/{room}")
        for name in imports(path)
        if name.startswith("services.") and (known := name.split(".")[1]) != room and known not in SERVICES[room]
    }
    assert not wrong


def strings(path: Path) -> list[tuple[int, str]]:
    """Give the strings and bytes in a file, with their lines."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            found.append((node.lineno, text))
    return found


def test_redis_is_spoken_in_its_room_alone():
    wrong = [
        str(path.relative_to(ROOT))
        for room in {*ROOMS, "cli", "commands"} - {"keyspace", "stack"}
        for path in sources(room)
        if any(name.split(".")[0] in {"redis", "hiredis", "docket"} for name in imports(path))
    ]
    assert not wrong


def test_no_python_file_holds_lua():
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for room in [*ROOMS, "cli", "commands", "bench"]
        for path in sources(room)
        for line, text in strings(path)
        if "redis.call" in text
    ]
    assert not wrong


def test_keys_are_spelled_in_one_file():
    spelled = (ROOT / "keyspace" / "keys.py").read_text("utf-8")
    prefixes = sorted(set(re.findall(r'"([a-z0-9]+:)', spelled)))
    assert {"tl:", "vs:", "p4:", "rookery:"} <= set(prefixes)
    key = re.compile(rf"^({'|'.join(prefixes)})")
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for room in [*ROOMS, "cli", "commands", "bench"]
        for path in sources(room)
        for line, text in strings(path)
        if key.match(text) and path != ROOT / "keyspace" / "keys.py"
    ]
    in_lua = re.compile(rf"""['"]({'|'.join(prefixes)})""")
    wrong += [path.name for path in (ROOT / "keyspace" / "lua").iterdir() if in_lua.search(path.read_text("utf-8"))]
    assert not wrong


def test_no_python_file_holds_cypher():
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in [*ROOMS, "cli", "commands", "bench"]
        for path in sources(room)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CYPHER.search(node.value)
    ]
    assert not wrong


def test_there_is_one_clock():
    """Access tokens count seconds on a clock that is handed in: by default `time.time`, which they do not call by name."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in {*ROOMS, "cli", "commands", "bench"} - {"clock"}
        for path in sources(room)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.time", "time.time_ns"}
    ]
    assert not wrong


def test_no_name_says_nothing():
    vague = re.compile(r"^(utils?|helpers?|common|misc|managers?|base)$")
    wrong = [path for room in ROOMS.keys() | OPEN for path in sources(room) if vague.match(path.stem)]
    assert not wrong


def test_every_atom_has_both_forms_and_is_asked_by_a_rule():
    files = {path.stem: path.read_text("utf-8") for path in (ROOT / "cypher" / "policy").glob("*.cypher")}
    functions = {name: value for name, value in vars(atoms).items() if isinstance(value, Rule)}
    assert files.keys() == functions.keys()
    for name, text in files.items():
        assert f"\n// fragment: {', '.join(functions[name].variables)}\n" in text, name
        assert functions[name].cypher == f"@{name}({', '.join(functions[name].variables)})"
    asked = {name for _, rule in RULES.values() for name in re.findall(r"@(\w+)", rule.cypher)}
    assert asked == files.keys()


@pytest.mark.parametrize("section", [EVENTS, ERRORS, ENDINGS_TABLE, MODEL], ids=lambda section: section.command)
def test_what_pages_print_of_the_code_is_what_it_says(section: Section):
    page = (ROOT / section.page).read_text("utf-8")
    assert page == section.printed_into(page)


def test_services_write_only_by_the_command_writer():
    """So that every write invalidates. The relay removes from the outbox what it has moved: no row that is cached."""
    allowed = {"services/events/command_writer.py", "services/events/relay.py"}
    wrong = {
        f"{name}:{node.lineno}"
        for path in sources("services")
        if (name := str(path.relative_to(ROOT))) not in allowed
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write"
        if "graph" in ast.unparse(node.func.value)
    }
    assert not wrong


def test_every_rule_is_listed():
    public = {name for name, value in vars(rules).items() if isinstance(value, Rule) and name.startswith("may_")}
    assert public == RULES.keys()



def test_the_printed_policy_is_what_the_code_prints():
    printed = printed_files(ROOT)
    assert {path for path in printed if path.read_text("utf-8") != printed[path]} == set()
    assert set((ROOT / "cypher" / "rules").iterdir()) == {path for path in printed if path.parent.name == "rules"}
