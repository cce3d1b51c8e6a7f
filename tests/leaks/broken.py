"""The policy with one atom broken, in either of its forms, while everything else is as it is."""

import importlib.util
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from graph.queries import FOLDER, Catalogue
from services.policy import atoms, rule, rules
from services.policy.rules import RULES


@contextmanager
def broken_rules(name: str, *, said: bool) -> Iterator[None]:
    """Let an atom say the same of everybody in every rule that is asked of rows, until the block ends."""
    sound = rule.atom

    def broken(called: str, words: str, of: Any, holds: Any) -> Any:
        return sound(called, words, of, (lambda _: said) if called == name else holds)

    with pytest.MonkeyPatch.context() as reading:
        reading.setattr(rule, "atom", broken)
        reading.setitem(sys.modules, atoms.__name__, _anew(atoms))
        remade: dict[str, Any] = dict(_anew(rules).RULES)
    were = {each: one.holds for each, (_, one) in RULES.items()}
    try:
        _replace({each: one.holds for each, (_, one) in remade.items()})
        yield
    finally:
        _replace(were)


def _replace(holds: Mapping[str, Any]) -> None:
    # Rules are frozen, and whoever asks one has it by a name of their own.
    for each, (_, one) in RULES.items():
        object.__setattr__(one, "holds", holds[each])


def broken_statements(folder: Path, name: str, *, said: bool) -> Catalogue:
    """Give every statement with an atom that says the same of everybody."""
    shutil.copytree(FOLDER, folder / "cypher")
    path = folder / "cypher" / "policy" / f"{name}.cypher"
    head = [line for line in path.read_text("utf-8").splitlines() if line.startswith("//")]
    path.write_text("\n".join([*head, str(said).lower()]) + "\n", "utf-8")
    return Catalogue(folder / "cypher")


def _anew(module: ModuleType) -> ModuleType:
    spec = importlib.util.spec_from_file_location(module.__name__, module.__file__)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made
